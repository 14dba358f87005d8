import { ref } from 'vue'

export const keysShown = ref(false)

/** True where a letter is text: there it is no shortcut. */
export function typing(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true
  const at = event.target as HTMLElement | null
  return !!at?.closest('input, textarea, select, [contenteditable], [role="dialog"]')
}
