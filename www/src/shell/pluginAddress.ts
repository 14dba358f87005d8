import type { PluginPage } from '@/api/client'

/** Where a page is, seen from the Pods that were looked at last; empty while its scope is not known. */
export function addressOf(page: PluginPage, scope: string): string {
  const own = `/x/${page.plugin}/${page.name}`
  if (!page.scoped) return own
  const within = /^\/c\/[^/?]+\/ns\/[^/?]+/.exec(scope)
  return within ? within[0] + own : ''
}
