// How Meta refuses a template that somebody creates or edits: the code 100, and the reason in the subcode.

import { GraphError } from '../graph/errors.ts'

const TITLES = {
  2388019: 'Message template limit reached',
  2388023: 'Message template language is being deleted',
  2388024: 'Content in this language already exists',
  2388039: 'This template cannot be edited',
  2388040: 'A field is longer than allowed',
  2388043: 'Message template is missing an example',
  2388047: 'Message header format is incorrect',
  2388072: 'Message body format is incorrect',
  2388073: 'Message footer format is incorrect',
  2388084: 'Language is not supported',
  2388293: 'Message template has too many variables for its length',
  2494102: 'The upload handle is not valid',
  2388299: 'Variables are at the start or end of the template',
} as const

export type Subcode = keyof typeof TITLES

export function refuseTemplate(subcode: Subcode, sentence: string): GraphError {
  const error = new GraphError(100, { message: 'Invalid parameter', subcode })
  Object.assign(error.body, {
    is_transient: false,
    error_user_title: TITLES[subcode],
    error_user_msg: sentence,
  })
  return error
}

/** Wrong in a way that has no subcode of its own. */
export function refuseField(sentence: string): GraphError {
  const error = new GraphError(100, { message: '(#100) Invalid parameter' })
  Object.assign(error.body, {
    is_transient: false,
    error_user_title: 'Invalid parameter',
    error_user_msg: sentence,
  })
  return error
}
