import { expect, test } from 'vitest'
import { Problem } from '@/api/problem'
import { refusalOf } from './refusal'

const refused = (code: string, details: object = { services: [] }) => new Problem(409, code, 'why', '', details)

test('only a refusal that carries its operation is one', () => {
  expect(refusalOf(undefined)).toBeUndefined()
  expect(refusalOf(new Problem(409, 'other', 'why'))).toBeUndefined()
  expect(refusalOf(new Problem(403, 'forbidden', 'why', '', { services: [] }))).toBeUndefined()
})

test('force is offered for the minimum alone', () => {
  expect(refusalOf(refused('below_minimum'))?.overridable).toBe(true)
  expect(refusalOf(refused('nothing_lost'))?.overridable).toBe(false)
})

test('what stopped it after the guards were overridden is told, not what was overridden', () => {
  const overridden = [{ code: 'below_minimum', message: 'a', overridable: true }]
  expect(refusalOf(refused('patch_refused', { services: [], refusals: overridden }))).toEqual({ notices: [{ code: 'patch_refused', message: 'why' }], overridable: false })
})

test('one refusal that cannot be overridden rules out force', () => {
  const both = [
    { code: 'below_minimum', message: 'a', overridable: true },
    { code: 'ending', message: 'b', overridable: false },
  ]
  expect(refusalOf(refused('below_minimum', { services: [], refusals: both }))).toEqual({ notices: both, overridable: false })
})
