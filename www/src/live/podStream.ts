// The stream of what changes in a namespace or workload (GET /api/{cluster}/events).
import type { components } from '../../generated/api'

type Pod = components['schemas']['Pod']

/** The daemon says something at least every twelve seconds. */
const kSilent = 25_000
/** Before a stream that was refused, or could not be opened, is tried again. */
const kAgain = 15_000

export interface PodChanges {
  changed: Pod[]
  gone: string[]
}

export interface PodStreamListener {
  /** Read the list: the changes after it follow. */
  reset(): void
  pods(changes: PodChanges): void
  /** Whether changes arrive now. */
  live(yes: boolean): void
}

export interface PodPlace {
  cluster: string
  namespace: string
  /** "deployment/web" */
  workload?: string
}

export function addressOf({ cluster, namespace, workload }: PodPlace): string {
  const query = new URLSearchParams({ namespace, ...(workload && { workload }) })
  return `/api/${encodeURIComponent(cluster)}/events?${query.toString()}`
}

/** Opens the stream, and opens it again whenever it breaks, until the returned function is called. */
export function openPodStream(place: PodPlace, listener: PodStreamListener): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function close() {
    clearTimeout(timer)
    source?.close()
    source = undefined
  }

  function heard() {
    clearTimeout(timer)
    timer = setTimeout(() => {
      listener.live(false)
      open()
    }, kSilent)
  }

  function open() {
    close()
    const mine = new EventSource(addressOf(place))
    source = mine
    heard()
    const on = (name: string, take: (data: string) => void) =>
      mine.addEventListener(name, (event) => {
        heard()
        take((event as MessageEvent<string>).data)
      })
    on('state', (data) => listener.live((JSON.parse(data) as { live: boolean }).live))
    on('reset', () => listener.reset())
    on('pods', (data) => listener.pods(JSON.parse(data) as PodChanges))
    mine.addEventListener('error', () => {
      listener.live(false)
      // A broken connection is opened again by the browser; one that was refused is not.
      if (mine.readyState !== EventSource.CLOSED) return
      clearTimeout(timer)
      timer = setTimeout(open, kAgain)
    })
  }

  open()
  return close
}
