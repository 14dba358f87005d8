import { watch } from 'vue'
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { words } from '@/i18n'
import { within } from '@/lib/within'
import { pages, type Page } from '@/pages'
import { ask, ended, user } from '@/session/session'

declare module 'vue-router' {
  interface RouteMeta {
    page: Page
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: pages.map((page) => ({ path: page.path, name: page.name, component: page.component, meta: { page } }) as RouteRecordRaw),
})

let asked = false

router.beforeEach(async (to) => {
  const { page } = to.meta
  if (!user.value && !asked) {
    asked = true
    // An unreachable daemon is the page's to show, with its retry; it is no reason to ask for a password.
    await ask(false).catch(() => undefined)
  }
  const enters = user.value && !user.value.must_change
  if (page.open) return enters ? within(to.query.to) : true
  if (!user.value || !enters) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  if (page.allowed && !page.allowed(user.value.permissions)) return '/'
  return true
})

watch([() => router.currentRoute.value.meta.page, words], ([page, w]) => {
  document.title = page?.title ? `${page.title(w)} · podload` : 'podload'
})

watch(user, (current) => {
  const at = router.currentRoute.value
  if (current || at.meta.page?.open) return
  // Signing out leaves nothing to return to; an ended session does.
  void router.push({ name: 'sign-in', query: ended.value ? { to: at.fullPath } : {} })
})
