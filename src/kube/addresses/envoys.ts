// Where Envoy is reached, read from the objects of the cluster that tell: its Service, or its pods and their nodes.
import { isJsonObject, type JsonObject, own } from '../../dag/decode/fields.ts';
import type { RawObject } from '../../store/events.ts';
import { type Address, addressesOf, addressOf } from './address.ts';

/** Longest lists that are read; a real Service or Node has a handful of each. */
const mostItems = 256;

/** What its load balancer says, else its external IPs: clients reach it at these, too. Empty: nobody outside does. */
export function serviceAddresses(service: RawObject): readonly Address[] {
  const balancer = objectOf(objectOf(service, 'status'), 'loadBalancer');
  const addresses = addressesOf(own(balancer, 'ingress'));
  if (addresses.length > 0) return addresses;
  return listOf(objectOf(service, 'spec'), 'externalIPs').flatMap((text) => {
    const address = addressOf(text);
    return address?.ip === undefined ? [] : [address];
  });
}

/** The node of a pod that takes requests; undefined: it is not ready, or at its end. */
export function nodeOfReadyPod(pod: RawObject): string | undefined {
  if (own(objectOf(pod, 'metadata'), 'deletionTimestamp') !== undefined) return undefined;
  const isReady = listOf(objectOf(pod, 'status'), 'conditions').some(
    (condition) =>
      isJsonObject(condition) && own(condition, 'type') === 'Ready' && own(condition, 'status') === 'True',
  );
  const name = own(objectOf(pod, 'spec'), 'nodeName');
  return isReady && typeof name === 'string' ? name : undefined;
}

/** Those of type ExternalIP; without any, those of type InternalIP. Both families. */
export function nodeAddresses(node: RawObject): readonly Address[] {
  const items = listOf(objectOf(node, 'status'), 'addresses').filter(isJsonObject);
  const ofType = (type: string): readonly Address[] =>
    items
      .filter((item) => own(item, 'type') === type)
      .flatMap((item) => {
        const address = addressOf(own(item, 'address'));
        return address?.ip === undefined ? [] : [address];
      });
  const external = ofType('ExternalIP');
  return external.length > 0 ? external : ofType('InternalIP');
}

const nothing: JsonObject = {};

function objectOf(object: JsonObject, key: string): JsonObject {
  const value = own(object, key);
  return isJsonObject(value) ? value : nothing;
}

function listOf(object: JsonObject, key: string): readonly unknown[] {
  const value = own(object, key);
  return Array.isArray(value) ? value.slice(0, mostItems) : [];
}
