// The examples at the end of every help text. They are commands that work as they stand.

export const program = `  contour serve --manifests examples/quickstart --envoy /usr/local/bin/envoy
  contour translate examples/quickstart
  contour validate examples/quickstart
  contour serve --help
`;

export const serve = `  A folder of manifests, with an Envoy of our own; edit a file and see it served:
    contour serve --manifests ./manifests --envoy /usr/local/bin/envoy

  A cluster as kubectl sees it; in a pod, --incluster takes its place:
    contour serve --kubeconfig ~/.kube/config

  Envoys on other machines, over mutual TLS:
    contour certgen --output certs --dns-name contour.example.com
    contour serve --manifests ./manifests --xds-address 0.0.0.0 --contour-cafile certs/contour/ca.crt \\
      --contour-cert-file certs/contour/tls.crt --contour-key-file certs/contour/tls.key

  The same from a file (keys are the names of flags):
    contour serve --config-path contour.yaml
`;

export const bootstrap = `  An Envoy beside us:
    contour bootstrap envoy.json && envoy -c envoy.json

  An Envoy elsewhere, over mutual TLS:
    contour bootstrap envoy.json --xds-address contour.example.com --contour-cafile certs/envoy/ca.crt \\
      --contour-cert-file certs/envoy/tls.crt --contour-key-file certs/envoy/tls.key
`;

export const certgen = `  Files for Contour and Envoys outside of a cluster, in certs/contour and certs/envoy:
    contour certgen --output certs --dns-name contour.example.com

  The Secrets contourcert and envoycert of a namespace:
    contour certgen --kube --namespace heptio-contour

Run it as often as you like: it replaces certificates that end within 30 days, are broken, or do not fit together, and
leaves others as they are. docs/xds-tls.md tells who needs which file.
`;

export const drain = `  Before this machine's Envoy is stopped:
    contour drain --admin-address /tmp/contour-envoy-admin.sock && echo ended

  In a container beside Envoy, which shares the folder of the socket; the second is its preStop hook:
    contour drain --wait
    contour drain --admin-address /admin/admin.sock --delay 5s --timeout 60s
`;

export const translate = `  What would be served, and the status of every object:
    contour translate -o yaml ./manifests

  In CI: fail if any object is invalid
    contour translate --strict ./manifests > /dev/null
`;

export const validate = `  What is wrong with these files, and where:
    contour validate ./manifests

  Before kubectl apply: as if they were applied to the cluster of the kubeconfig
    contour validate --against-cluster -n shop ./manifests

  In CI, where Services and Secrets come from elsewhere; warnings fail, too:
    contour validate --strict --ignore ServiceMissing,SecretMissing ./manifests

  What a tool makes:
    kustomize build overlays/prod | contour validate -

  For other programs:
    contour validate -o json ./manifests

Exit codes:
  0  all valid; orphaned objects and warnings are told (with --strict they fail)
  1  an object is invalid, or an object of the cluster would be worse off
  2  a file, a flag or the cluster cannot be read
`;
