import { expect, test } from 'vitest'
import { testPod } from './testPod'
import { abnormal, countGroups, inGroup, kUsualLabel, loadOf, matches, trafficOf } from './traffic'

const label = kUsualLabel
const removal = { operation: 'o', username: 'Wang.Lei', reason: '内存抖动', since: '2026-11-22T07:04:05Z' }

test('a Pod receives when it is labelled online and ready', () => {
  expect(trafficOf(testPod({ name: 'a' }), label)).toBe('in')
  expect(trafficOf(testPod({ name: 'a', ready: false }), label)).toBe('other')
  expect(trafficOf(testPod({ name: 'a', load: null, labels: {} }), label)).toBe('other')
  expect(trafficOf(testPod({ name: 'a', load: 'done', has_removeload: true }), label)).toBe('out')
})

test('the label of the cluster counts, whatever it is called', () => {
  const other = { name: 'traffic', online: 'on', done: 'off' }
  const { load: _, ...without } = testPod({ name: 'a', labels: { traffic: 'on' } })
  expect(loadOf(without, other)).toBe('on')
  expect(trafficOf(without, other)).toBe('in')
})

test('a Pod that runs but is not ready is abnormal, one that is done is not', () => {
  expect(abnormal(testPod({ name: 'a' }))).toBe(false)
  expect(abnormal(testPod({ name: 'a', ready: false }))).toBe(true)
  expect(abnormal(testPod({ name: 'a', status: 'CrashLoopBackOff', ready: false }))).toBe(true)
  expect(abnormal(testPod({ name: 'a', status: 'Completed', ready: false }))).toBe(false)
})

test('the counts of the groups agree with their filters', () => {
  const pods = [testPod({ name: 'a' }), testPod({ name: 'b', load: 'done', has_removeload: true }), testPod({ name: 'c', status: 'Pending', ready: false })]
  const counts = countGroups(pods, label)
  expect(counts).toEqual({ in: 1, out: 1, other: 1, abnormal: 1 })
  for (const [group, count] of Object.entries(counts)) {
    expect(pods.filter((pod) => inGroup(pod, group as keyof typeof counts, label))).toHaveLength(count)
  }
})

test('every word of a search must stand in the row', () => {
  const pod = testPod({ name: 'order-api-1', removal })
  expect(matches(pod, 'ORDER 10.0.0.1')).toBe(true)
  expect(matches(pod, 'wang 内存')).toBe(true)
  expect(matches(pod, 'order absent')).toBe(false)
  expect(matches(testPod({ name: 'b' }), 'undefined')).toBe(false)
})
