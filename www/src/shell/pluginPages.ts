// The pages that plugins bring, as data: asked for when somebody signs in.
import { shallowRef, watch } from 'vue'
import { answer, api, BACKGROUND, type PluginPage } from '@/api/client'
import { user } from '@/session/session'

export const pluginPages = shallowRef<PluginPage[]>([])

watch(
  user,
  async (current) => {
    if (!current || current.must_change) {
      pluginPages.value = []
      return
    }
    // Without them the console is what it is anyway.
    pluginPages.value = (await answer(api.GET('/api/ui', { headers: BACKGROUND })).catch(() => ({ pages: [] }))).pages
  },
  { immediate: true },
)
