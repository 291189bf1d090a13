// Things from a catalog: one product, several of them in sections, or the whole catalog.

import { Type } from 'typebox'
import type { Issue } from '../../../kit/errors.ts'
import { listAt } from '../look.ts'
import { inAll, MAX_SECTIONS, SectionTitle, titleRules } from './lists.ts'
import { Body, Footer, none, shape, TextHeader } from './parts.ts'

const MAX_PRODUCTS = 30

const catalog_id = Type.String({ minLength: 1, description: 'The catalog connected to the account.' })
const product_retailer_id = Type.String({ minLength: 1, description: "The product's content id (SKU)." })

export const Product = shape({ catalog_id, product_retailer_id })

export const ProductMessage = shape(
  {
    type: Type.Literal('product'),
    header: none('a message with one product'),
    body: Type.Optional(Body()),
    footer: Type.Optional(Footer),
    action: Product,
  },
  'One product of a catalog.',
)

export const ProductListMessage = shape(
  {
    type: Type.Literal('product_list'),
    header: TextHeader,
    body: Body(),
    footer: Type.Optional(Footer),
    action: shape({
      catalog_id,
      sections: Type.Array(
        shape({
          title: SectionTitle,
          product_items: Type.Array(shape({ product_retailer_id }), { minItems: 1, maxItems: MAX_PRODUCTS }),
        }),
        { minItems: 1, maxItems: MAX_SECTIONS },
      ),
    }),
  },
  'Up to 10 sections, with 30 products in all of them together. A text header is required.',
)

export function productListRules(message: unknown, path: string): Issue[] {
  const sections = listAt(message, 'action', 'sections')
  const count = sections.reduce<number>((sum, section) => sum + listAt(section, 'product_items').length, 0)
  return [
    ...titleRules(sections, `${path}.action.sections`),
    ...inAll(count, MAX_PRODUCTS, 'products', `${path}.action.sections`),
  ]
}

export const CatalogMessage = shape(
  {
    type: Type.Literal('catalog_message'),
    header: none("a catalog message (the product's picture stands there)"),
    body: Body(),
    footer: Type.Optional(Footer),
    action: shape({
      name: Type.Literal('catalog_message'),
      parameters: Type.Optional(
        shape({
          thumbnail_product_retailer_id: Type.Optional(
            Type.String({
              minLength: 1,
              description: 'The product whose picture is shown; the first one where left out.',
            }),
          ),
        }),
      ),
    }),
  },
  'The whole catalog.',
)
