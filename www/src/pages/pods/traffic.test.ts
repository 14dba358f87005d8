import { expect, test } from 'vitest'
import type { Pod } from '@/api/client'
import { zh } from '@/i18n/zh'
import { trafficBadge } from './badges'
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

test('what the EndpointSlices say counts more than the label', () => {
  const traffic = (state: NonNullable<Pod['traffic']>['state'], routes = false) => ({ state, services: [{ name: 'web', routes, selects: true }] })
  const badge = (given: Partial<Pod>) => trafficBadge(testPod({ name: 'a', ...given }), label, zh)
  expect(trafficOf(testPod({ name: 'a', traffic: traffic('waiting') }), label)).toBe('other')
  expect(trafficOf(testPod({ name: 'a', traffic: traffic('receiving', true) }), label)).toBe('in')
  expect(badge({ traffic: traffic('receiving', true) })).toMatchObject({ tone: 'good', text: '接收中', title: '流量来自 Service web' })
  expect(badge({ traffic: traffic('waiting') })).toMatchObject({ tone: 'quiet', text: '等待接收' })
  expect(badge({ traffic: traffic('ending', true) })).toMatchObject({ tone: 'quiet', text: '终止中' })
  const out = { load: 'done', has_removeload: true }
  expect(badge({ ...out, traffic: traffic('still_routed', true) })).toMatchObject({ tone: 'bad', text: '仍被路由' })
  expect(badge({ ...out, removal, traffic: traffic('out') })).toMatchObject({ tone: 'warn', text: '已踢出 · 已确认' })
  expect(badge({ ...out, traffic: traffic('out') })).toMatchObject({ tone: 'warn', text: '已踢出 · 非 podload' })
  expect(badge({ load: null, labels: {}, traffic: { state: 'no_service', services: [] } })).toMatchObject({ text: '无标签' })
  expect(badge({ traffic: { state: 'no_service', services: [] } })).toMatchObject({ text: '无 Service' })
  expect(badge({ ...out, traffic: null })).toMatchObject({ text: '已踢出' })
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
