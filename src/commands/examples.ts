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
    contour serve --manifests ./manifests --xds-address 0.0.0.0 \\
      --contour-cafile ca.pem --contour-cert-file contour.pem --contour-key-file contour-key.pem

  The same from a file (keys are the names of flags):
    contour serve --config-path contour.yaml
`;

export const bootstrap = `  An Envoy beside us:
    contour bootstrap envoy.json && envoy -c envoy.json

  An Envoy elsewhere, over mutual TLS:
    contour bootstrap envoy.json --xds-address contour.example.com \\
      --contour-cafile ca.pem --contour-cert-file envoy.pem --contour-key-file envoy-key.pem
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
