import { ref, watchEffect } from 'vue'
import { remembered } from '@/lib/remembered'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const theme = remembered<Theme>('podload.theme', themes, 'system')

const systemDark = window.matchMedia('(prefers-color-scheme: dark)')
const dark = ref(systemDark.matches)
systemDark.addEventListener('change', (event) => (dark.value = event.matches))

watchEffect(() => {
  const shown = theme.value === 'system' ? (dark.value ? 'dark' : 'light') : theme.value
  document.documentElement.dataset.theme = shown
})
