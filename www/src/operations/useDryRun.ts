import { computed, ref, shallowRef } from 'vue'
import type { Operation } from '@/api/client'
import { Problem } from '@/api/problem'
import { useDelayed } from '@/components/useDelayed'
import { request, type Kind, type Target } from './requests'
import { refusalOf } from './refusal'

/** Asks the daemon what a removal or restore would do, its guards and the API server's admission included. */
export function useDryRun(kind: Kind, target: Target) {
  const checking = ref(true)
  const allowed = shallowRef<Operation>()
  const problem = shallowRef<Problem>()
  const refusal = computed(() => refusalOf(problem.value))
  /** As it would be, whether allowed or refused. */
  const operation = computed(() => allowed.value ?? (refusal.value ? problem.value?.operation : undefined))

  async function check() {
    checking.value = true
    try {
      allowed.value = await request(kind, target, {}, true)
      problem.value = undefined
    } catch (error) {
      allowed.value = undefined
      problem.value = Problem.withoutAnswer(error)
    }
    checking.value = false
  }
  /** The guards run again for the real request; what they refuse then is shown like a refused dry run. */
  function refusedNow(found: Problem) {
    allowed.value = undefined
    problem.value = found
  }
  void check()
  return { checking, waiting: useDelayed(checking), operation, problem, refusal, check, refusedNow }
}
