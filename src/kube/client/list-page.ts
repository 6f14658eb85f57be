// One page of a list, as the API server wrote it.
import type { RawObject } from '../../store/events.ts';
import type { ListPage } from '../api.ts';
import { apiVersionOf, type Resource } from '../resources.ts';
import { noAnswer, type RequestName } from './api-errors.ts';
import { isRawObject, resourceVersionOf, textAt } from './json.ts';

/** Throws an ApiError of code 0 for what is no list of objects. */
export function readList(answer: unknown, resource: Resource, request: RequestName): ListPage {
  if (!isRawObject(answer)) throw noAnswer(request, new Error('the answer is not a list'));
  const { metadata } = answer;
  // Go writes an empty list as null at times.
  const items: unknown = answer.items === null ? [] : answer.items;
  const resourceVersion = resourceVersionOf(answer);
  if (!isRawObject(metadata) || !isObjects(items) || resourceVersion === undefined)
    throw noAnswer(request, new Error('the answer is not a list'));
  const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  return {
    items: items.map((item) => ({ ...item, ...type })),
    resourceVersion,
    continueToken: textAt(metadata, 'continue'),
  };
}

const isObjects = (items: unknown): items is readonly RawObject[] =>
  Array.isArray(items) && items.every(isRawObject);
