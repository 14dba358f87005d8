import { expect, test } from 'vitest'
import type { Operation, Service } from '@/api/client'
import { en } from '@/i18n/en'
import { duration, proof, summary, tone } from './outcome'

const service: Service = { name: 'cart', role: 'lost', before: 2, after: 1, minimum: 1, proven_ms: 312 }
const operation: Operation = {
  id: 'o',
  kind: 'remove',
  cluster: 'c',
  namespace: 'shop',
  pod: 'cart-0',
  username: 'admin',
  reason: 'dump',
  forced: false,
  state: 'settled',
  outcome: 'removed',
  message: "the daemon's own words",
  created_at: '',
  settled_at: '',
  services: [service],
  warnings: [],
}

test('milliseconds are read as people say them', () => {
  expect(duration(41.3)).toBe('41 ms')
  expect(duration(1_234)).toBe('1.23 s')
  expect(duration(12_345)).toBe('12.3 s')
})

test('until it is settled nothing is claimed', () => {
  expect(summary({ ...operation, state: 'applied', outcome: null }, en)).toBe(en.operation.applied)
  expect(tone({ ...operation, state: 'applied', outcome: null }).tone).toBe('quiet')
})

test("an outcome that the console does not know is told in the daemon's words", () => {
  const later = { ...operation, outcome: 'a_new_one' as Operation['outcome'] } // a daemon newer than the console
  expect(summary(later, en)).toBe("the daemon's own words")
  expect(tone(later).tone).toBe('warn')
})

test('a Service says when it lost the Pod, that it waits, or that it never did', () => {
  expect(proof(operation, service, en)).toBe('no longer routed after 312 ms')
  expect(proof({ ...operation, kind: 'restore' }, { ...service, role: 'gained' }, en)).toBe('routed again after 312 ms')
  expect(proof({ ...operation, state: 'applied' }, { ...service, proven_ms: null }, en)).toBe(en.operation.waiting)
  expect(proof(operation, { ...service, proven_ms: null }, en)).toBe(en.operation.unproven)
  expect(proof(operation, { ...service, role: 'kept', proven_ms: null }, en)).toBe(en.operation.stillKept)
})
