-- Asks the edge about each protected request (GET /gate/verify) and leaves its answer in variables of the transaction:
-- flashsale_status, _shopper, _admission, _sale, _line. An edge that is down or does not answer in time leaves 503: nobody gets in.
local TIMEOUT_MS = 2000

-- Only what the edge needs to judge: whose admission it is, where the shopper wants to go, and as what the shop is known.
local FORWARDED = { cookie = 'cookie', authorization = 'authorization', accept = 'accept', host = 'host',
  ['sec-fetch-mode'] = 'sec-fetch-mode' }

local function verify(txn, edge, sale)
  local headers = {}
  local asked = txn.http:req_get_headers()
  for name, as in pairs(FORWARDED) do
    if asked[name] then
      local values = {}
      for i = 0, #asked[name] do values[#values + 1] = asked[name][i] end
      -- Several cookies' lines are one; of what must be single, a second says nothing.
      headers[as] = { name == 'cookie' and table.concat(values, '; ') or values[1] }
    end
  end
  headers['x-forwarded-for'] = { txn.f:src() }
  headers['x-forwarded-proto'] = { txn.f:ssl_fc() == 1 and 'https' or 'http' }
  -- HAProxy can't encode a URL for a query: the edge does it.
  headers['x-original-uri'] = { txn.f:pathq() }

  local answer = core.httpclient():get{
    url = 'http://' .. edge .. '/gate/verify?sale=' .. sale, headers = headers, timeout = TIMEOUT_MS
  }
  local said = answer and answer.headers or {}
  local function first(name) return said[name] and said[name][0] or '' end
  txn:set_var('txn.flashsale_status', answer and answer.status or 503)
  txn:set_var('txn.flashsale_shopper', first('x-flashsale-shopper'))
  txn:set_var('txn.flashsale_admission', first('x-flashsale-admission'))
  txn:set_var('txn.flashsale_sale', first('x-flashsale-sale'))
  txn:set_var('txn.flashsale_line', first('x-flashsale-line-url'))
end

core.register_action('flashsale-verify', { 'http-req' }, verify, 2)
