import { beforeEach, expect, test, vi } from 'vitest'
import { presence } from '@/session/presence'

vi.mock('@/i18n', () => ({ language: { value: 'en' } }))

const kIdle = 600
let sent: Request[]
let current: Record<string, unknown>
/** What the next sign-ins are answered with; nothing for a good one. */
let codes: string[]

/** The modules anew, over a server that answers everything. */
async function page() {
  vi.resetModules()
  sent = []
  codes = []
  current = { username: 'ann', must_change: false, permissions: { admin: false }, session: { idle_seconds: kIdle, idle_left_seconds: kIdle, expires_at: '' } }
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(request)
    const code = request.url.endsWith('/api/login') ? codes.shift() : undefined
    if (code) return new Response(JSON.stringify({ code, message: code }), { status: code === 'sign_in_busy' ? 503 : 401, headers: { 'Content-Type': 'application/json' } })
    const body = request.url.endsWith('/api/current-user') ? current : request.url.endsWith('/api/ui') ? { pages: [] } : []
    return new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } })
  })
  vi.stubGlobal('Request', class extends Request {
    constructor(input: string | URL | Request, init?: RequestInit) {
      super(typeof input === 'string' ? new URL(input, 'http://podload.test') : input, init)
    }
  })
  const { api, BACKGROUND } = await import('./client')
  const here = (await import('@/session/presence')).presence
  return { api, BACKGROUND, touch: () => here.note({ isTrusted: true }) }
}

const marks = () => sent.map((request) => request.headers.get('X-Podload-Background'))

beforeEach(() => vi.unstubAllGlobals())

test('a request that no person caused is marked, whoever makes it', async () => {
  const { api } = await page()
  await api.GET('/api/ui')
  await api.GET('/api/clusters')
  await api.POST('/api/logout')
  expect(marks()).toEqual(['1', '1', '1'])
})

test('what follows a sign of a person is theirs, but not what the page declares its own', async () => {
  const { api, BACKGROUND, touch } = await page()
  touch()
  await api.GET('/api/clusters')
  await api.GET('/api/clusters', { headers: BACKGROUND })
  expect(marks()).toEqual([null, '1'])
})

test('the pages of plugins are read again when the user changed, and not at every answer about the user', async () => {
  await page()
  const session = await import('@/session/session')
  await import('@/shell/pluginPages')
  const asked = () => sent.filter((request) => request.url.endsWith('/api/ui')).length
  await session.ask(true)
  await vi.waitFor(() => expect(asked()).toBe(1))
  const before = session.user.value
  current = { ...current, session: { idle_seconds: kIdle, idle_left_seconds: 30, expires_at: '' } }
  await session.ask(true)
  expect(session.user.value).toBe(before)
  expect(session.idleLeft.value).toBeLessThanOrEqual(30)
  expect(asked()).toBe(1)
  current = { ...current, permissions: { admin: true } }
  await session.ask(true)
  await vi.waitFor(() => expect(asked()).toBe(2))
  expect(marks().every((mark) => mark === '1')).toBe(true)
})

test('signing in is tried again while many do, and not for a wrong password', async () => {
  await page()
  const session = await import('@/session/session')
  codes.push('sign_in_busy', 'sign_in_busy')
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  const done = session.signIn('ann', 'right')
  await vi.runAllTimersAsync()
  await done
  expect(sent.filter((request) => request.url.endsWith('/api/login'))).toHaveLength(3)
  codes.push('wrong_credentials')
  await expect(session.signIn('ann', 'wrong')).rejects.toMatchObject({ code: 'wrong_credentials' })
  expect(codes).toEqual([])
  vi.useRealTimers()
})

test('nobody acts while tests run', () => expect(presence.acting).toBe(false))

test('what is unchanged is nothing, what is new has its ETag, and an error is thrown', async () => {
  await page()
  const { unlessSame } = await import('./client')
  const reply = (response: Response, data?: unknown) => Promise.resolve({ response, ...(response.ok ? { data } : { error: data }) })
  expect(await unlessSame(reply(new Response('', { headers: { ETag: 'W/"a"' } }), [1]))).toEqual({ data: [1], etag: 'W/"a"' })
  expect(await unlessSame(reply(new Response(null, { status: 304 })))).toBeUndefined()
  await expect(unlessSame(reply(new Response('', { status: 403 }), { code: 'forbidden', message: 'no' }))).rejects.toMatchObject({ code: 'forbidden' })
})
