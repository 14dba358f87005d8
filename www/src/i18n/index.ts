import { computed, watchEffect } from 'vue'
import { remembered } from '@/lib/remembered'
import { en } from './en'
import { languages, preferred, type Language } from './preferred'
import { zh } from './zh'

export const language = remembered<Language>('podload.language', languages, preferred(navigator.languages ?? []))

/** Every word of the console. `en` has the type of `zh`, so a missing word does not compile. */
export const words = computed(() => (language.value === 'zh-CN' ? zh : en))

watchEffect(() => {
  document.documentElement.lang = language.value
})
