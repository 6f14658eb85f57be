// Finds the wildcard or default scope of a Host that has none of its own, and refuses misdirected requests (421).
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { TypedExtensionConfigSchema } from '@envoyproxy/protos/envoy/config/core/v3/extension_pb.js';
import { LuaSchema } from '@envoyproxy/protos/envoy/extensions/filters/http/lua/v3/lua_pb.js';
import { adsAwaited } from '../config-source.ts';
import { pack } from '../encode.ts';
import { scopeHeader, wildFilter } from '../names.ts';
import type { HttpFilter } from './filter.ts';

const source = `
function envoy_on_request(h)
  if h:streamInfo():routeName() ~= "" then return end
  local headers = h:headers()
  local key = headers:get("${scopeHeader}")
  if key == nil then return end
  local scheme, host = string.match(key, "^(%a+)/(.*)$")
  if scheme == "https" then
    local server_name, authority = string.match(host, "^([^/]*)/(.*)$")
    if server_name ~= authority then
      h:respond({[":status"] = "421"}, "misdirected request")
      return
    end
    host = authority
  end
  local parent = string.match(host, "^[^.]+(%..+)$")
  if parent then
    headers:replace("${scopeHeader}", scheme .. "/*" .. parent)
    h:clearRouteCache()
    h:metadata()
    if h:streamInfo():routeName() ~= "" then return end
  end
  headers:replace("${scopeHeader}", scheme .. "/*")
  h:clearRouteCache()
end
`;

const lua = pack(LuaSchema, { defaultSourceCode: { specifier: { case: 'inlineString', value: source } } });

/** The filter as the listeners name it: they open when it has come, which is after the scopes. */
export const lookUpWild: HttpFilter = {
  name: wildFilter,
  configType: {
    case: 'configDiscovery',
    value: { configSource: adsAwaited, typeUrls: [lua.typeUrl] },
  },
};

/** The filter as the resource that is sent. */
export const wildResource: MessageInitShape<typeof TypedExtensionConfigSchema> = {
  name: wildFilter,
  typedConfig: lua,
};
