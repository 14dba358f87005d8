import { expect, test } from 'vitest'
import { comparison, identity, parseSort, printSort, steadyOrder } from './order'
import { testPod } from './testPod'
import { kUsualLabel } from './traffic'

const byName = comparison(parseSort(undefined), kUsualLabel)
const byRestarts = comparison(parseSort('-restarts'), kUsualLabel)
const names = (pods: { name: string }[]) => pods.map((pod) => pod.name)

test('the order is read from the address and written back', () => {
  expect(parseSort('-restarts')).toEqual({ key: 'restarts', down: true })
  expect(printSort(parseSort('-restarts'))).toBe('-restarts')
  expect(parseSort('drop table')).toEqual({ key: 'name', down: false })
})

test('node addresses go by their numbers', () => {
  const compare = comparison(parseSort('node'), kUsualLabel)
  const pods = [testPod({ name: 'a', node_ip: '10.0.0.10' }), testPod({ name: 'b', node_ip: '10.0.0.9' })]
  expect(names(pods.sort(compare))).toEqual(['b', 'a'])
})

test('rows stay where they are when what they are ordered by changes', () => {
  const first = steadyOrder([testPod({ name: 'a', restart_count: 3 }), testPod({ name: 'b', restart_count: 1 })], [], byRestarts)
  expect(names(first)).toEqual(['a', 'b'])
  const next = steadyOrder([testPod({ name: 'b', restart_count: 9 }), testPod({ name: 'a', restart_count: 3 })], first.map(identity), byRestarts)
  expect(names(next)).toEqual(['a', 'b'])
})

test('a new Pod goes in where it belongs, and one that is gone leaves', () => {
  const shown = ['a', 'c', 'e'].map((name) => testPod({ name }))
  const now = ['e', 'b', 'c', 'f'].map((name) => testPod({ name }))
  expect(names(steadyOrder(now, shown.map(identity), byName))).toEqual(['b', 'c', 'e', 'f'])
})

test('another Pod under the same name is another row', () => {
  const shown = [testPod({ name: 'db-0', uid: 'old' })]
  const order = steadyOrder([testPod({ name: 'db-0', uid: 'new' })], shown.map(identity), byName)
  expect(order.map(identity)).toEqual(['new'])
})
