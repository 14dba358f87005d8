import { expect, test } from 'vitest'
import { en } from './en'
import { zh } from './zh'

type Leaf = [path: string, text: string]

function leaves(node: unknown, path = ''): Leaf[] {
  if (typeof node === 'string') return [[path, node]]
  if (typeof node === 'function') return [[path, String((node as (...given: unknown[]) => unknown)('7', 7, 7))]]
  return Object.entries(node as object).flatMap(([key, value]) => leaves(value, `${path}.${key}`))
}

test('both languages have the same words, rows of tables included', () => {
  expect(leaves(en).map(([path]) => path)).toEqual(leaves(zh).map(([path]) => path))
})

test('no word promises more than is known', () => {
  // What is proven is that no new connection comes; established ones may live on.
  for (const [path, text] of [...leaves(zh), ...leaves(en)]) expect(text, path).not.toMatch(/no traffic|没有流量|无流量|零流量/i)
})

test('Chinese has full-width punctuation', () => {
  for (const [path, text] of leaves(zh)) expect(text, path).not.toMatch(/[\u4e00-\u9fff][,;:?!()]/)
})
