import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import { FakeEventSource } from './fakeEventSource'

vi.mock('@/i18n', () => ({ language: { value: 'en' }, words: { value: {} } }))

interface Answer {
  rows: { name: string; uid: string }[]
  status?: number
}
let asked = 0
let answers: ((answer: Answer) => void)[] = []

beforeEach(() => {
  vi.useFakeTimers()
  FakeEventSource.all = []
  asked = 0
  answers = []
  vi.stubGlobal('EventSource', FakeEventSource)
  vi.stubGlobal('window', globalThis)
  vi.stubGlobal('document', { hidden: false, addEventListener: () => undefined, removeEventListener: () => undefined })
  vi.stubGlobal('Request', class extends Request {
    constructor(input: string | URL | Request, init?: RequestInit) {
      super(typeof input === 'string' ? new URL(input, 'http://podload.test') : input, init)
    }
  })
  vi.stubGlobal('fetch', () => {
    asked += 1
    return new Promise<Response>((resolve) => answers.push(({ rows, status }) => resolve(new Response(JSON.stringify(rows), { status: status ?? 200, headers: { 'Content-Type': 'application/json' } }))))
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const pod = (name: string, uid: string) => ({ name, uid })
const shown = (pods: { value?: readonly { name: string; uid?: string }[] }) => (pods.value ?? []).map((row) => `${row.name}=${row.uid}`).join(' ')

async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  await vi.advanceTimersByTimeAsync(0)
}
async function answered(answer: Answer) {
  answers.shift()!(answer)
  await settle()
}

async function live() {
  const { useLivePods } = await import('./useLivePods')
  const scope = effectScope()
  const list = scope.run(() => useLivePods(ref({ cluster: 'one', namespace: 'shop' })))!
  return { ...list, end: () => scope.stop() }
}

test('while changes arrive, the list is not asked for again', async () => {
  const list = await live()
  await settle()
  await answered({ rows: [pod('a', '1')] })
  FakeEventSource.last.say('state', { live: true })
  FakeEventSource.last.say('reset')
  await settle()
  await answered({ rows: [pod('a', '1'), pod('b', '1')] })
  expect(shown(list.pods)).toBe('a=1 b=1')
  const before = asked
  FakeEventSource.last.say('pods', { changed: [pod('b', '2')], gone: ['a'] })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(shown(list.pods)).toBe('b=2')
  expect(asked).toBe(before)
  list.end()
})

test('changes that arrive while the list is read are applied to it', async () => {
  const list = await live()
  await settle()
  FakeEventSource.last.say('state', { live: true })
  FakeEventSource.last.say('reset')
  await settle()
  FakeEventSource.last.say('pods', { changed: [pod('a', '2')], gone: [] })
  await vi.advanceTimersByTimeAsync(2_000)
  answers.splice(0, answers.length - 1)
  await answered({ rows: [pod('a', '1')] })
  expect(shown(list.pods)).toBe('a=2')
  list.end()
})

test('without a stream, or while it does not see the cluster, the list is read every few seconds', async () => {
  const list = await live()
  await settle()
  await answered({ rows: [] })
  const before = asked
  await vi.advanceTimersByTimeAsync(3_100)
  expect(asked).toBe(before + 1)
  await answered({ rows: [] })
  FakeEventSource.last.say('state', { live: true })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked).toBe(before + 1)
  FakeEventSource.last.say('state', { live: false })
  await vi.advanceTimersByTimeAsync(3_100)
  expect(asked).toBe(before + 2)
  list.end()
})

test('a page that is left closes its stream', async () => {
  const list = await live()
  await settle()
  list.end()
  expect(FakeEventSource.last.readyState).toBe(FakeEventSource.CLOSED)
})
