// Line icons on a 16 by 16 grid, as path data.
export const icons = {
  traffic: 'M1.5 8.5h3l2-6 3 11 2-5h3',
  clusters: 'M8 1.5l6 3.2v6.6l-6 3.2-6-3.2V4.7zM2 4.7l6 3.2 6-3.2M8 7.9v6.6',
  log: 'M3.5 1.5h9v13h-9zM6 5h4M6 8h4M6 11h2.5',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  arrow: 'M2.5 8h10M9 4.5L12.5 8 9 11.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  warning: 'M8 2l6.5 11.5h-13zM8 6.5v3.2M8 11.6v.2',
  stop: 'M8 1.8a6.2 6.2 0 110 12.4A6.2 6.2 0 018 1.8zM8 5v3.6M8 10.8v.2',
  unknown: 'M8 1.8a6.2 6.2 0 110 12.4A6.2 6.2 0 018 1.8zM6.2 6.3a1.8 1.8 0 113 1.4c-.7.5-1.2.8-1.2 1.6M8 11.2v.2',
  minus: 'M3.5 8h9',
  clock: 'M8 1.8a6.2 6.2 0 110 12.4A6.2 6.2 0 018 1.8zM8 4.5V8l2.5 1.5',
  search: 'M7 2a5 5 0 110 10A5 5 0 017 2zM10.7 10.7L14 14',
  refresh: 'M13 8a5 5 0 11-1.5-3.5L13 6M13 2.5V6H9.5',
  out: 'M6.5 2.5h-4v11h4M6 8h8M11 5l3 3-3 3',
  empty: 'M2 9.5l2-6.5h8l2 6.5v4H2zM2 9.5h3.5l1 1.8h3l1-1.8H14',
  lock: 'M3.5 7h9v7h-9zM5.5 7V4.8a2.5 2.5 0 015 0V7',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  up: 'M8 13V3M4.5 6.5L8 3l3.5 3.5',
  down: 'M8 3v10M4.5 9.5L8 13l3.5-3.5',
} as const

export type IconName = keyof typeof icons
