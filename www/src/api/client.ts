// The one way to the daemon. Types come from the joined API document; nothing else in the console calls fetch.
import createClient from 'openapi-fetch'
import type { components, paths } from '../../generated/api'
import { language } from '@/i18n'
import { presence } from '@/session/presence'
import { Problem } from './problem'

type Schemas = components['schemas']
export type Cluster = Schemas['Cluster']
export type CurrentUser = Schemas['CurrentUser']
export type LogRow = Schemas['LogRow']
export type Namespace = Schemas['Namespace']
export type NewCluster = Schemas['NewCluster']
export type Notice = Schemas['Notice']
export type Operation = Schemas['Operation']
export type Permissions = Schemas['Permissions']
export type PluginPage = Schemas['PluginPage']
export type Pod = Schemas['Pod']
export type Service = Schemas['Service']
export type Workload = Schemas['Workload']
export type WorkloadType = Schemas['WorkloadType']

const kBackground = 'X-Podload-Background'

/** For what the page fetches by itself, also while a person is acting: it is no sign of somebody sitting there. */
export const BACKGROUND = { [kBackground]: '1' }

type Listener = (status: number, background: boolean) => void
const listeners = new Set<Listener>()
export function onReply(listener: Listener): void {
  listeners.add(listener)
}

export const api = createClient<paths>({ baseUrl: '', credentials: 'same-origin' })

api.use({
  onRequest({ request }) {
    // The words of the daemon's answers follow the page's language, not the browser's.
    request.headers.set('Accept-Language', language.value)
    // A request prolongs the session only if a person caused it, so none goes out unmarked without a sign of one.
    if (!presence.acting) request.headers.set(kBackground, '1')
    return request
  },
  onResponse({ request, response }) {
    const background = request.headers.has(kBackground)
    for (const listener of listeners) listener(response.status, background)
  },
})

/** A call that is data: what a plugin's page asks for. Values fill the path's {parameters}. */
export function callOf(client: typeof api, call: Schemas['PluginCall'], values: Record<string, string>, body?: Record<string, unknown>): Promise<Reply<unknown>> {
  const names = [...call.path.matchAll(/\{(\w+)\}/g)].map((found) => found[1] as string)
  const path = Object.fromEntries(names.map((name) => [name, values[name] ?? '']))
  const rest = body && Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)))
  // The types know the paths that podload brings; this one comes from the daemon.
  const request = client.request as unknown as (method: string, url: string, init: object) => Promise<Reply<unknown>>
  return request(call.method.toLowerCase(), call.path, { params: { path }, ...(rest && { body: rest }) })
}

interface Reply<T> {
  data?: T
  error?: unknown
  response: Response
}

async function arrived<T>(reply: Promise<Reply<T>>): Promise<Reply<T>> {
  try {
    return await reply
  } catch (error) {
    throw Problem.withoutAnswer(error)
  }
}

/** The body of a good answer; anything else is thrown as a Problem. */
export async function answer<T>(reply: Promise<Reply<T>>): Promise<T> {
  const got = await arrived(reply)
  if (!got.response.ok) throw Problem.from(got.response.status, got.error)
  return got.data as T
}

/** The same with its ETag; nothing if it is still what the request's If-None-Match says. */
export async function unlessSame<T>(reply: Promise<Reply<T>>): Promise<{ data: T; etag: string } | undefined> {
  const got = await arrived(reply)
  if (got.response.status === 304) return undefined
  if (!got.response.ok) throw Problem.from(got.response.status, got.error)
  return { data: got.data as T, etag: got.response.headers.get('ETag') ?? '' }
}
