// The clusters that the user may see: known to the whole page, read again now and then.
import { ref, shallowRef } from 'vue'
import { api, BACKGROUND, unlessSame, type Cluster } from '@/api/client'
import { Problem } from '@/api/problem'
import { user } from '@/session/session'

const kEvery = 30_000

export const clusters = shallowRef<Cluster[]>()
export const clustersProblem = ref<Problem>()

let readAt = 0
let etag = ''

export async function readClusters(background = false): Promise<void> {
  try {
    readAt = Date.now()
    const got = await unlessSame(api.GET('/api/clusters', { headers: { ...(background && BACKGROUND), ...(clusters.value && etag && { 'If-None-Match': etag }) } }))
    if (got) {
      clusters.value = got.data
      etag = got.etag
    }
    clustersProblem.value = undefined
  } catch (error) {
    clustersProblem.value = Problem.withoutAnswer(error)
  }
}

export function cluster(name: string): Cluster | undefined {
  return clusters.value?.find((one) => one.name === name)
}

/** Reads them anew while the page is in sight; ends with the caller's scope. */
export function keepClusters(): () => void {
  void readClusters()
  const timer = window.setInterval(() => {
    if (user.value && !document.hidden && Date.now() - readAt >= kEvery) void readClusters(true)
  }, 5_000)
  return () => window.clearInterval(timer)
}
