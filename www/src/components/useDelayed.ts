import { onScopeDispose, ref, watch, type Ref } from 'vue'

/** True once `active` has been true for a while: what is over at once needs no skeleton. */
export function useDelayed(active: Ref<boolean>, milliseconds = 200): Ref<boolean> {
  const shown = ref(false)
  let timer = 0
  watch(
    active,
    (on) => {
      window.clearTimeout(timer)
      if (on) timer = window.setTimeout(() => (shown.value = true), milliseconds)
      else shown.value = false
    },
    { immediate: true },
  )
  onScopeDispose(() => window.clearTimeout(timer))
  return shown
}
