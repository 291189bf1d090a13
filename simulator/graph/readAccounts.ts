// Reading accounts, their numbers and their templates, with the fields that Meta has for them.

import { withSampleLinks } from '../templates/samples.ts'
import type { Json, PhoneNumber, Template, Waba, World } from '../world.ts'
import { type Call, textParam } from './call.ts'
import { pageOf } from './page.ts'
import { pricingAnalytics } from './pricingAnalytics.ts'
import { selectFields } from './selectFields.ts'
import { isAtLeast } from './versions.ts'

const WABA_DEFAULTS = ['id', 'name', 'currency', 'timezone_id', 'message_template_namespace']
const NUMBER_DEFAULTS = [
  ...['verified_name', 'code_verification_status', 'display_phone_number', 'quality_rating', 'platform_type'],
  ...['throughput', 'last_onboarded_time', 'webhook_configuration', 'id'],
]

export function readAccount(call: Call, waba: Waba): Json {
  return selectFields(
    describeAccount(call, waba),
    textParam(call, 'fields'),
    WABA_DEFAULTS,
    'WhatsAppBusinessAccount',
  )
}

function describeAccount(call: Call, waba: Waba): Json {
  const { world, version } = call
  const numbers = [...world.numbers.values()].filter(number => number.waba_id === waba.id)
  return {
    id: waba.id,
    name: waba.name,
    currency: waba.currency,
    timezone_id: '1',
    message_template_namespace: `carom_${waba.id}`,
    account_review_status: 'APPROVED',
    business_verification_status: 'verified',
    country: 'US',
    ownership_type: 'CLIENT_OWNED',
    primary_business_location: 'US',
    owner_business_info: { name: waba.name, id: waba.business_id },
    on_behalf_of_business_info: undefined,
    primary_funding_id: waba.unfunded ? undefined : `1${waba.id.slice(1)}`,
    purchase_order_number: undefined,
    status: 'ACTIVE',
    is_enabled_for_insights: true,
    marketing_messages_onboarding_status: 'ELIGIBLE',
    auth_international_rate_eligibility: undefined,
    health_status: healthOf(world, [['WABA', waba.id]], waba),
    pricing_analytics: analyticsOf(call, waba),
    ...(isAtLeast(version, 24) && {
      whatsapp_business_manager_messaging_limit: numbers[0]?.messaging_limit ?? 'TIER_250',
    }),
  }
}

function analyticsOf(call: Call, waba: Waba): Json | undefined {
  const asked = /\bpricing_analytics((?:\.\w+\([^)]*\))+)/.exec(textParam(call, 'fields') ?? '')?.[1]
  return asked === undefined ? undefined : pricingAnalytics(call.world, waba, asked)
}

export function listNumbers(call: Call, waba: Waba): Json {
  const numbers = [...call.world.numbers.values()].filter(number => number.waba_id === waba.id)
  const isAscending = textParam(call, 'sort')?.includes('asc') ?? false
  const direction = isAscending ? 1 : -1
  numbers.sort((a, b) => direction * (a.last_onboarded_at - b.last_onboarded_at))
  return pageOf(call, numbers, number => readNumber(call, number))
}

export function readNumber(call: Call, number: PhoneNumber): Json {
  const all = describeNumber(call, number)
  return selectFields(all, textParam(call, 'fields'), NUMBER_DEFAULTS, 'WhatsAppBusinessPhoneNumber')
}

function describeNumber({ world, version }: Call, number: PhoneNumber): Json {
  const waba = world.wabas.get(number.waba_id)
  const override = waba?.subscription?.override_callback_uri
  const hooks = {
    ...(number.override_callback_uri && { phone_number: number.override_callback_uri }),
    ...(override && { whatsapp_business_account: override }),
    ...(world.app.callback_url && { application: world.app.callback_url }),
  }
  return {
    id: number.id,
    display_phone_number: number.display_phone_number,
    verified_name: number.verified_name,
    code_verification_status: 'VERIFIED',
    quality_rating: number.quality_rating,
    quality_score: { score: number.quality_rating },
    platform_type: number.registered ? 'CLOUD_API' : 'NOT_APPLICABLE',
    throughput: { level: number.registered ? number.throughput_level : 'NOT_APPLICABLE' },
    status: number.status,
    name_status: number.name_status ?? 'APPROVED',
    new_name_status: 'NONE',
    new_display_name: undefined,
    account_mode: 'LIVE',
    is_official_business_account: false,
    is_pin_enabled: number.pin !== null,
    is_on_biz_app: false,
    last_onboarded_time: new Date(number.last_onboarded_at).toISOString().replace(/\.\d+Z$/, '+0000'),
    webhook_configuration: Object.keys(hooks).length > 0 ? hooks : undefined,
    messaging_limit_tier: number.messaging_limit,
    username: undefined,
    health_status:
      waba &&
      healthOf(
        world,
        [
          ['PHONE_NUMBER', number.id],
          ['WABA', waba.id],
        ],
        waba,
        number,
      ),
    conversational_automation: undefined,
    ...(isAtLeast(version, 24) && { whatsapp_business_manager_messaging_limit: number.messaging_limit }),
  }
}

function healthOf(world: World, entities: [string, string][], waba: Waba, number?: PhoneNumber): Json {
  const can_send_message = number && number.status !== 'CONNECTED' ? 'BLOCKED' : 'AVAILABLE'
  const all = [...entities, ['BUSINESS', waba.business_id], ['APP', world.app.id]]
  const stateOf = (type: string | undefined) => (type === 'PHONE_NUMBER' ? can_send_message : 'AVAILABLE')
  const listed = all.map(([entity_type, id]) => ({ entity_type, id, can_send_message: stateOf(entity_type) }))
  return { can_send_message, entities: listed }
}

const TEMPLATE_DEFAULTS = ['name', 'parameter_format', 'components', 'language', 'status', 'category', 'id']

export function readTemplate(call: Call, template: Template): Json {
  return selectFields(
    describeTemplate(call.world, template),
    textParam(call, 'fields'),
    TEMPLATE_DEFAULTS,
    'MessageTemplate',
  )
}

function describeTemplate(world: World, template: Template): Json {
  const { id, name, language, status, category, parameter_format, rejected_reason } = template
  const components = withSampleLinks(world, template.components)
  return {
    id,
    name,
    language,
    status,
    category,
    components,
    parameter_format,
    rejected_reason,
    sub_category: undefined,
    previous_category: template.previous_category ?? undefined,
    correct_category: template.correct_category?.category,
    quality_score: { score: template.quality, date: undefined },
    message_send_ttl_seconds: template.message_send_ttl_seconds ?? undefined,
    cta_url_link_tracking_opted_out: undefined,
    library_template_name: undefined,
    degrees_of_freedom_spec: undefined,
  }
}
