import type { Pod } from '@/api/client'

/** A Pod that is well and receives connections, but for what a test says of it. */
export function testPod(given: Partial<Pod> & { name: string }): Pod {
  return {
    namespace: 'shop',
    uid: `uid-of-${given.name}`,
    status: 'Running',
    ready: true,
    node_ip: '10.0.0.1',
    pod_ip: '172.16.0.1',
    created_time: '2026-11-22 15:04:05',
    created_at: '2026-11-22T07:04:05Z',
    restart_count: 0,
    has_removeload: false,
    load: 'online',
    labels: { load: 'online' },
    removal: null,
    ...given,
  }
}
