// The Pods in scope, kept fresh: the list is read at once, and changes then arrive over a stream. Where there is none, or
// while it does not see the cluster, the list is read every few seconds. The page knows only this.
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { api, BACKGROUND, unlessSame, type Pod } from '@/api/client'
import { Problem } from '@/api/problem'
import { applied } from './applied'
import { openPodStream, type PodChanges } from './podStream'

const kEvery = 3_000
const kSlowest = 15_000
/** After a stream has ended, at random so that all pages do not ask at once; its session may have ended too. */
const kAfterStream = () => 500 + Math.random() * 1_000
const kPatience = 20_000
/** Many changes are shown together. */
const kTogether = 400

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
  /** Whether changes arrive by themselves, so that the list is as of now. */
  const streaming = ref(false)
  let timer = 0
  let showing = 0
  let failures = 0
  let etag = ''
  let running: AbortController | undefined
  let closeStream: (() => void) | undefined
  /** Changes that wait for the list that is being read, or to be shown together. */
  let waiting: PodChanges[] = []

  function later(pause = Math.min(kEvery * 2 ** failures, kSlowest)) {
    window.clearTimeout(timer)
    if (document.hidden) {
      liveness.value = 'paused'
      return
    }
    if (streaming.value) return
    timer = window.setTimeout(() => void refresh(true), pause)
  }

  function show() {
    window.clearTimeout(showing)
    showing = 0
    const rows = pods.value
    if (!rows || running || !waiting.length) return
    pods.value = waiting.splice(0).reduce<Pod[]>(applied, rows)
    etag = '' // the rows are no longer those of a reply
    readAt.value = Date.now()
  }

  function stream() {
    closeStream?.()
    waiting = []
    streaming.value = false
    const { cluster, namespace, type, workload } = scope.value
    closeStream = openPodStream(
      { cluster, namespace, ...(type && workload && { workload: `${type}/${workload}` }) },
      {
        reset: () => {
          waiting = []
          void refresh(true)
        },
        pods: (changes) => {
          waiting.push(changes)
          showing ||= window.setTimeout(show, kTogether)
        },
        live: (yes) => {
          const changed = streaming.value !== yes
          streaming.value = yes
          if (yes && pods.value && !problem.value) liveness.value = 'live'
          if (changed) later(yes ? undefined : kAfterStream())
        },
      },
    )
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
      running = undefined
      if (got) {
        pods.value = got.data
        etag = got.etag
      }
      problem.value = undefined
      readAt.value = Date.now()
      failures = 0
      liveness.value = 'live'
      show()
      if (!closeStream && !document.hidden) stream()
    } catch (error) {
      if (running !== mine) return
      running = undefined
      problem.value = Problem.withoutAnswer(error)
      failures += 1
      liveness.value = 'reconnecting'
      // Asking again for what was denied or is not there would only fill the log.
      if (!problem.value.passing) {
        pods.value = undefined
        closeStream?.()
        closeStream = undefined
        return
      }
      // What the stream brings is not applied to a list that may have gaps.
      streaming.value = false
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
      etag = ''
      void refresh(false)
      if (!document.hidden) stream()
    },
    { immediate: true },
  )

  // A page out of sight holds no connection: browsers allow few for one address.
  const seen = () => {
    if (document.hidden) {
      closeStream?.()
      closeStream = undefined
      streaming.value = false
      later()
    } else {
      void refresh(true)
      stream()
    }
  }
  document.addEventListener('visibilitychange', seen)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', seen)
    window.clearTimeout(timer)
    window.clearTimeout(showing)
    closeStream?.()
    running?.abort()
    running = undefined
  })

  return { pods, problem, readAt, liveness, streaming, refresh }
}
