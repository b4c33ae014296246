/**
 * Once an act of this page was taken, how its subject stands is looked at again, and so are the acts on it. What can't be
 * had leaves what is there.
 */
export const LOOK_AGAIN_AT_STANDING = {
  'hx-trigger': 'acted from:body',
  'hx-select': '#standing',
  'hx-select-oob': '#acts',
  'hx-swap': 'outerHTML ignoreTitle:true',
  'hx-status:4xx': 'swap:none',
  'hx-status:5xx': 'swap:none',
} as const;
