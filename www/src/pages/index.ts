// Every page of the console, as data. A page with a menu row appears in the menu, for those who may see it.
import type { Component } from 'vue'
import type { Permissions } from '@/api/client'
import type { Words } from '@/i18n/zh'
import type { IconName } from '@/components/icons'

export interface Page {
  path: string
  name: string
  component: () => Promise<Component | { default: Component }>
  title?: (words: Words) => string
  /** Reached without being signed in. */
  open?: boolean
  /** Its list is narrowed by the search box of the top bar. */
  searches?: (words: Words) => { label: string; placeholder: string }
  menu?: { section: (words: Words) => string; icon: IconName; to: string }
  allowed?: (permissions: Permissions) => boolean
}

const admin = (permissions: Permissions) => permissions.admin

export const pages: Page[] = [
  { path: '/sign-in', name: 'sign-in', open: true, title: (w) => w.signIn.submit, component: () => import('./sign-in/SignInPage.vue') },
  { path: '/', name: 'start', component: () => import('./start/StartPage.vue') },
  { path: '/c/:cluster', name: 'cluster', component: () => import('./start/StartPage.vue') },
  {
    path: '/c/:cluster/ns/:namespace/pods',
    name: 'pods',
    title: (w) => w.menu.pods,
    searches: (w) => w.search.pods,
    component: () => import('./pods/PodsPage.vue'),
    menu: { section: (w) => w.menu.traffic, icon: 'traffic', to: '/' },
  },
  {
    path: '/clusters',
    name: 'clusters',
    title: (w) => w.menu.clusters,
    component: () => import('./clusters/ClustersPage.vue'),
    menu: { section: (w) => w.menu.manage, icon: 'clusters', to: '/clusters' },
    allowed: admin,
  },
  {
    path: '/log',
    name: 'log',
    title: (w) => w.menu.log,
    searches: (w) => w.search.log,
    component: () => import('./log/LogPage.vue'),
    menu: { section: (w) => w.menu.manage, icon: 'log', to: '/log' },
    allowed: admin,
  },
  { path: '/c/:cluster/ns/:namespace/x/:plugin/:page', name: 'plugin-in-scope', component: () => import('./plugin/PluginPage.vue') },
  { path: '/x/:plugin/:page', name: 'plugin', component: () => import('./plugin/PluginPage.vue') },
  { path: '/:missing(.*)*', name: 'not-found', component: () => import('./NotFoundPage.vue') },
]
