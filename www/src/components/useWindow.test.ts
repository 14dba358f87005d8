import { expect, test } from 'vitest'
import { spanOf } from './useWindow'

test('only the rows in sight and a few beside them are in the document', () => {
  expect(spanOf(0, 720, 36, 5_000)).toEqual({ first: 0, end: 30 })
  expect(spanOf(36_000, 720, 36, 5_000)).toEqual({ first: 990, end: 1_030 })
})

test('a list that became shorter than what was scrolled shows its end', () => {
  expect(spanOf(90_000, 720, 36, 5)).toEqual({ first: 5, end: 5 })
  expect(spanOf(0, 720, 36, 0)).toEqual({ first: 0, end: 0 })
})
