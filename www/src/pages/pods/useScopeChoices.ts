// What the scope selects offer: the cluster's namespaces, the namespace's workload types and workloads.
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import { answer, api, BACKGROUND, type Namespace, type Workload, type WorkloadType } from '@/api/client'

const kEvery = 30_000

export function useScopeChoices(cluster: Ref<string>, namespace: Ref<string>) {
  const namespaces = shallowRef<Namespace[]>([])
  const types = shallowRef<WorkloadType[]>([])
  const workloads = shallowRef<Workload[]>([])

  /** A list that cannot be read keeps its last rows: the Pods' own request tells the person what is wrong. */
  async function take<T>(into: Ref<T[]>, reply: Promise<T[]>, still: () => boolean) {
    try {
      const rows = await reply
      if (still()) into.value = rows
    } catch {
      return
    }
  }

  function readNamespaces(background: boolean) {
    const at = cluster.value
    const headers = background ? BACKGROUND : {}
    void take(namespaces, answer(api.GET('/api/{cluster}/namespaces', { params: { path: { cluster: at } }, headers })), () => cluster.value === at)
  }

  function readWorkloads(background: boolean) {
    const path = { cluster: cluster.value, namespace: namespace.value }
    const headers = background ? BACKGROUND : {}
    const still = () => cluster.value === path.cluster && namespace.value === path.namespace
    void take(types, answer(api.GET('/api/{cluster}/{namespace}/workload-types', { params: { path }, headers })), still)
    void take(workloads, answer(api.GET('/api/{cluster}/{namespace}/workloads', { params: { path }, headers })), still)
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
