import { expect, test } from 'vitest'
import { bodyOf, filled, texts, valueText } from './values'

const words = { none: '—', yes: 'Yes', no: 'No' }
const title = { en: 'x', 'zh-CN': 'x' }

test('a cell is shown by its type, and what is missing as such', () => {
  expect(valueText('boolean', false, words)).toBe('No')
  expect(valueText('number', 12345, words)).toBe((12345).toLocaleString())
  expect(valueText('time', '2026-11-26T02:31:36Z', words)).toMatch(/^2026-11-2\d \d\d:\d\d$/)
  expect(valueText('text', 'a', words)).toBe('a')
  expect(valueText(undefined, { a: 1 }, words)).toBe('{"a":1}')
  for (const none of [null, undefined, '']) expect(valueText('text', none, words)).toBe('—')
})

test('a form sends values of their types, and leaves out what is optional and empty', () => {
  const fields = (['text', 'number', 'time', 'boolean'] as const).map((type) => ({ member: type, title, type, required: false }))
  expect(bodyOf(fields, { text: 'a', number: '7', time: '2026-11-26T10:00', boolean: true })).toEqual({
    text: 'a',
    number: 7,
    time: new Date('2026-11-26T10:00').toISOString(),
    boolean: true,
  })
  expect(bodyOf(fields, { text: '', number: '' })).toEqual({ boolean: false })
  expect(bodyOf([{ member: 'a', title, type: 'text', required: true }], {})).toEqual({ a: '' })
})

test('only texts and numbers stand in a path', () => {
  expect(texts({ id: 'x', size: 3, open: true, none: null, list: [] })).toEqual({ id: 'x', size: '3' })
})

test('a scope that is not known leaves the row its own', () => {
  expect({ ...texts({ cluster: 'one', namespace: 'shop' }), ...filled({ cluster: '', namespace: 'pay' }) }).toEqual({ cluster: 'one', namespace: 'pay' })
})
