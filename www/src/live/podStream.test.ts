import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FakeEventSource } from './fakeEventSource'
import { addressOf, openPodStream } from './podStream'

let heard: string[] = []
const listener = {
  reset: () => heard.push('reset'),
  pods: (changes: unknown) => heard.push(JSON.stringify(changes)),
  live: (yes: boolean) => heard.push(yes ? 'live' : 'not live'),
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', FakeEventSource)
  FakeEventSource.all = []
  heard = []
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('the address names the namespace and the workload', () => {
  expect(addressOf({ cluster: 'a/b', namespace: 'shop' })).toBe('/api/a%2Fb/events?namespace=shop')
  expect(addressOf({ cluster: 'one', namespace: 'shop', workload: 'deployment/web' })).toBe('/api/one/events?namespace=shop&workload=deployment%2Fweb')
})

test('events reach the listener until the stream is closed', () => {
  const close = openPodStream({ cluster: 'one', namespace: 'shop' }, listener)
  const source = FakeEventSource.last
  source.say('state', { live: true })
  source.say('reset')
  source.say('pods', { changed: [], gone: ['a'] })
  close()
  source.say('reset')
  expect(heard).toEqual(['live', 'reset', '{"changed":[],"gone":["a"]}'])
  vi.advanceTimersByTime(120_000)
  expect(FakeEventSource.all).toHaveLength(1)
})

test('a stream that falls silent is no longer live, and is opened again', () => {
  openPodStream({ cluster: 'one', namespace: 'shop' }, listener)
  FakeEventSource.last.say('state', { live: true })
  vi.advanceTimersByTime(20_000)
  FakeEventSource.last.say('state', { live: true })
  vi.advanceTimersByTime(20_000)
  expect(FakeEventSource.all).toHaveLength(1)
  vi.advanceTimersByTime(6_000)
  expect(heard.at(-1)).toBe('not live')
  expect(FakeEventSource.all).toHaveLength(2)
  expect(FakeEventSource.all[0]!.readyState).toBe(FakeEventSource.CLOSED)
})

test('a stream that was refused is tried again later; one that broke is left to the browser', () => {
  openPodStream({ cluster: 'one', namespace: 'shop' }, listener)
  const source = FakeEventSource.last
  source.readyState = 0
  source.say('error')
  expect(heard).toEqual(['not live'])
  vi.advanceTimersByTime(16_000)
  expect(FakeEventSource.all).toHaveLength(1)
  source.readyState = FakeEventSource.CLOSED
  source.say('error')
  vi.advanceTimersByTime(16_000)
  expect(FakeEventSource.all).toHaveLength(2)
})
