// The Ingresses' part of a virtual host. `paths.ts`: rules -> matches. `annotations.ts`: what they change.
// `certificate.ts`: TLS by secret. `hosts.ts`: an Ingress by host. `object.ts`: what is wrong with one whatever the
// host. `build.ts`: the routes on both listeners.
export { buildIngresses } from './build.ts';
export { ingressCertificate, noteRootDecides } from './certificate.ts';
export { IngressHosts } from './hosts.ts';
export { ingressProblems } from './object.ts';
