// The Pods in scope, kept fresh. The page knows only this; how they come (by asking every few seconds) is known here alone.
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { api, BACKGROUND, unlessSame, type Pod } from '@/api/client'
import { Problem } from '@/api/problem'

const kEvery = 3_000
const kSlowest = 15_000
const kPatience = 20_000

export interface PodScope {
  cluster: string
  namespace: string
  /** Both or neither: a workload is named by its type and its name. */
  type?: string
  workload?: string
}

export type Liveness = 'live' | 'reconnecting' | 'paused'

/** Without running_time, which the page computes itself: the reply is then 304 until a Pod changes. */
function read(scope: PodScope, headers: Record<string, string>, signal: AbortSignal) {
  const { cluster, namespace, type, workload } = scope
  const query = { running_time: false }
  if (type && workload) {
    return unlessSame(api.GET('/api/{cluster}/{namespace}/{type}/{name}/pods', { params: { path: { cluster, namespace, type, name: workload }, query }, headers, signal }))
  }
  return unlessSame(api.GET('/api/{cluster}/{namespace}/pods', { params: { path: { cluster, namespace }, query }, headers, signal }))
}

export function useLivePods(scope: Ref<PodScope>) {
  const pods = shallowRef<Pod[]>()
  const problem = shallowRef<Problem>()
  const readAt = ref(0)
  const liveness = ref<Liveness>('live')
  let timer = 0
  let failures = 0
  let etag = ''
  let running: AbortController | undefined

  function later() {
    window.clearTimeout(timer)
    if (document.hidden) {
      liveness.value = 'paused'
      return
    }
    timer = window.setTimeout(() => void refresh(true), Math.min(kEvery * 2 ** failures, kSlowest))
  }

  async function refresh(background: boolean) {
    window.clearTimeout(timer)
    running?.abort()
    const mine = new AbortController()
    running = mine
    const patience = window.setTimeout(() => mine.abort(new DOMException('', 'TimeoutError')), kPatience)
    try {
      const headers = { ...(background && BACKGROUND), ...(pods.value && etag && { 'If-None-Match': etag }) }
      const got = await read(scope.value, headers, mine.signal)
      if (running !== mine) return
      if (got) {
        pods.value = got.data
        etag = got.etag
      }
      problem.value = undefined
      readAt.value = Date.now()
      failures = 0
      liveness.value = 'live'
    } catch (error) {
      if (running !== mine) return
      problem.value = Problem.withoutAnswer(error)
      failures += 1
      liveness.value = 'reconnecting'
      // Asking again for what was denied or is not there would only fill the log.
      if (!problem.value.passing) {
        pods.value = undefined
        return
      }
    } finally {
      window.clearTimeout(patience)
    }
    later()
  }

  watch(
    scope,
    (now, before) => {
      if (before && JSON.stringify(now) === JSON.stringify(before)) return
      pods.value = undefined
      problem.value = undefined
      failures = 0
      void refresh(false)
    },
    { immediate: true },
  )

  const seen = () => {
    if (document.hidden) later()
    else void refresh(true)
  }
  document.addEventListener('visibilitychange', seen)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', seen)
    window.clearTimeout(timer)
    running?.abort()
    running = undefined
  })

  return { pods, problem, readAt, liveness, refresh }
}
