import { computed, watchEffect } from 'vue'
import { remembered } from '@/lib/remembered'
import { en } from './en'
import { zh } from './zh'

export const languages = ['zh-CN', 'en'] as const
export type Language = (typeof languages)[number]

/** The first language of the browser that the console speaks; Chinese, which most of its people read, when none is. */
export function preferred(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    if (tag.toLowerCase().startsWith('zh')) return 'zh-CN'
    if (tag.toLowerCase().startsWith('en')) return 'en'
  }
  return 'zh-CN'
}

export const language = remembered<Language>('podload.language', languages, preferred(navigator.languages ?? []))

/** Every word of the console. `en` has the type of `zh`, so a missing word does not compile. */
export const words = computed(() => (language.value === 'zh-CN' ? zh : en))

watchEffect(() => {
  document.documentElement.lang = language.value
})
