// What the signed-in user may do where, by the grants that the daemon tells: as its own check has it, which decides.
import type { Permissions } from '@/api/client'
import { user } from './session'

export type Level = 'read' | 'write' | 'admin'

const kOrder = ['none', 'read', 'write', 'admin']
const reaches = (has: string, needed: Level) => kOrder.indexOf(has) >= kOrder.indexOf(needed)

/** Without a namespace: in all of the cluster. */
export function mayBy(permissions: Permissions, level: Level, cluster: string, namespace?: string): boolean {
  if (permissions.admin) return true
  if (level === 'admin' || !permissions[level]) return false
  if (permissions.all_clusters) return true
  const grant = permissions.grants.find((one) => one.name === cluster)
  if (!grant || (grant.level !== undefined && !reaches(grant.level, level))) return false
  return grant.namespaces === undefined || (namespace !== undefined && grant.namespaces.includes(namespace))
}

export function may(level: Level, cluster: string, namespace?: string): boolean {
  return !!user.value && mayBy(user.value.permissions, level, cluster, namespace)
}

/** Somewhere at all. */
export function mayAnywhere(level: Level): boolean {
  const permissions = user.value?.permissions
  if (!permissions?.[level]) return false
  return permissions.admin || permissions.all_clusters || permissions.grants.some((one) => mayBy(permissions, level, one.name, one.namespaces?.[0]))
}
