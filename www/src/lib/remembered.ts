import { ref, watch, type Ref } from 'vue'

/** A choice that this browser remembers. A browser that refuses to (private mode) simply forgets it. */
export function remembered<T extends string>(key: string, allowed: readonly T[], otherwise: T): Ref<T> {
  const value = ref(otherwise) as Ref<T>
  try {
    const stored = localStorage.getItem(key) as T | null
    if (stored !== null && allowed.includes(stored)) value.value = stored
  } catch {
    return value
  }
  watch(value, (chosen) => {
    try {
      localStorage.setItem(key, chosen)
    } catch {
      // Full or forbidden: the choice holds until the page is closed.
    }
  })
  return value
}

export function recall(key: string): string {
  try {
    return localStorage.getItem(key) ?? ''
  } catch {
    return ''
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // As above.
  }
}
