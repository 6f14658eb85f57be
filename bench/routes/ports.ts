// Ports of the control plane and of Envoy. The network namespace has no other users.

export const ports = {
  http: 18_080,
  https: 18_443,
  xds: 18_001,
  metrics: 18_002,
  health: 18_003,
  stats: 18_004,
  debug: 18_005,
} as const;
