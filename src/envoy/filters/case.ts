// Finds the scope of a Host in upper case. Runs only where the header as sent found none: Lua on every request
// costs a third of the throughput.
import { LuaSchema } from '@envoyproxy/protos/envoy/extensions/filters/http/lua/v3/lua_pb.js';
import { pack } from '../encode.ts';
import { caseFilter, scopeHeader } from '../names.ts';
import type { HttpFilter } from './filter.ts';

/** A filter can look the route up once more, not twice; so `wild` is a filter of its own. */
const source = `
function envoy_on_request(h)
  if h:streamInfo():routeName() ~= "" then return end
  local headers = h:headers()
  local key = headers:get("${scopeHeader}")
  if key == nil then return end
  local lower = string.lower(key)
  if lower == key then return end
  headers:replace("${scopeHeader}", lower)
  h:clearRouteCache()
  h:metadata()
end
`;

/** Lower-cases the scope's key and looks the route up again. */
export const lookUpCase: HttpFilter = {
  name: caseFilter,
  configType: {
    case: 'typedConfig',
    value: pack(LuaSchema, {
      defaultSourceCode: { specifier: { case: 'inlineString', value: source } },
    }),
  },
};
