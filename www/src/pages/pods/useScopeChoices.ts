// What the scope selects offer: the cluster's namespaces, the namespace's workload types and workloads.
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import { api, BACKGROUND, unlessSame, type Namespace, type Workload, type WorkloadType } from '@/api/client'

const kEvery = 30_000

export function useScopeChoices(cluster: Ref<string>, namespace: Ref<string>) {
  const namespaces = shallowRef<Namespace[]>([])
  const types = shallowRef<WorkloadType[]>([])
  const workloads = shallowRef<Workload[]>([])

  /** The ETags of the rows that are shown, by list. */
  const etags = new WeakMap<object, string>()

  /** A list that cannot be read keeps its last rows: the Pods' own request tells the person what is wrong. */
  async function take<T>(into: Ref<T[]>, reply: ReturnType<typeof unlessSame<T[]>>, still: () => boolean) {
    try {
      const got = await reply
      if (!got || !still()) return
      into.value = got.data
      etags.set(got.data, got.etag)
    } catch {
      return
    }
  }

  function headersFor(shown: Ref<object>, background: boolean) {
    const etag = etags.get(shown.value)
    return { ...(background && BACKGROUND), ...(etag && { 'If-None-Match': etag }) }
  }

  function readNamespaces(background: boolean) {
    const at = cluster.value
    const headers = headersFor(namespaces, background)
    void take(namespaces, unlessSame(api.GET('/api/{cluster}/namespaces', { params: { path: { cluster: at } }, headers })), () => cluster.value === at)
  }

  function readWorkloads(background: boolean) {
    const path = { cluster: cluster.value, namespace: namespace.value }
    const still = () => cluster.value === path.cluster && namespace.value === path.namespace
    void take(types, unlessSame(api.GET('/api/{cluster}/{namespace}/workload-types', { params: { path }, headers: headersFor(types, background) })), still)
    void take(workloads, unlessSame(api.GET('/api/{cluster}/{namespace}/workloads', { params: { path }, headers: headersFor(workloads, background) })), still)
  }

  watch(
    cluster,
    () => {
      namespaces.value = []
      readNamespaces(false)
    },
    { immediate: true },
  )
  watch(
    [cluster, namespace],
    () => {
      types.value = []
      workloads.value = []
      readWorkloads(false)
    },
    { immediate: true },
  )
  const timer = window.setInterval(() => {
    if (document.hidden) return
    readNamespaces(true)
    readWorkloads(true)
  }, kEvery)
  onScopeDispose(() => window.clearInterval(timer))

  return { namespaces, types, workloads }
}
