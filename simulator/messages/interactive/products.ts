// Interactive messages that show products of a catalog.

import type { Json } from '../../world.ts'
import type { InteractiveKind } from '../checkInteractive.ts'
import { list, object, oneOf, optional, refuseUntitled, text, wrongValue } from '../shapes.ts'

const MOST_PRODUCTS = 30

type Item = { product_retailer_id: string }
type Section = { title?: string; product_items: Item[] }

const item = object({ product_retailer_id: text() })
const section = object({ title: optional(text(24, 0)), product_items: list(item, 1, MOST_PRODUCTS) })

export const products: Record<string, InteractiveKind> = {
  product: {
    body: 'optional',
    headers: [],
    action: object({ catalog_id: text(), product_retailer_id: text() }),
    render: ({ catalog_id, product_retailer_id }) => ({
      buttons: [{ type: 'product', text: 'View', product: String(product_retailer_id) }],
      products: {
        catalog_id: String(catalog_id),
        sections: [{ product_retailer_ids: [String(product_retailer_id)] }],
      },
    }),
  },
  product_list: {
    headers: ['text'],
    header: 'required',
    action: object({ catalog_id: text(), sections: list(section, 1, 10) }),
    rules: checkSections,
    render: action => ({
      buttons: [{ type: 'product_list', text: 'View items' }],
      products: { catalog_id: String(action.catalog_id), sections: sectionsOf(action).map(toShown) },
    }),
  },
  catalog_message: {
    headers: [],
    action: object({
      name: oneOf('catalog_message'),
      parameters: optional(object({ thumbnail_product_retailer_id: optional(text()) })),
    }),
    render: action => ({
      buttons: [{ type: 'catalog', text: 'View catalog' }],
      products: { sections: [{ product_retailer_ids: thumbnailOf(action) }] },
    }),
  },
}

const sectionsOf = (action: Json) => action.sections as Section[]

const toShown = ({ title, product_items }: Section) => ({
  ...(title && { title }),
  product_retailer_ids: product_items.map(one => one.product_retailer_id),
})

function thumbnailOf({ parameters }: Json): string[] {
  const shown = (parameters as Json | null | undefined)?.thumbnail_product_retailer_id
  return typeof shown === 'string' ? [shown] : []
}

function checkSections(action: Json) {
  refuseUntitled(sectionsOf(action))
  const count = sectionsOf(action).flatMap(one => one.product_items).length
  if (count > MOST_PRODUCTS)
    throw wrongValue(`A message may show ${MOST_PRODUCTS} products, this one ${count}`)
}
