-- A load for wrk, with the figures printed exactly and in fixed units.
-- "-- N" after the URL sends N requests in one write.

function init(args)
   local depth = tonumber(args[1] or 1)
   if depth > 1 then
      local batch = string.rep(wrk.format("GET"), depth)
      request = function() return batch end
   end
end

function done(summary, latency, requests)
   local e = summary.errors
   print(string.format("requests %d", summary.requests))
   print(string.format("micros %d", summary.duration))
   print(string.format("p50 %d", latency:percentile(50)))
   print(string.format("p99 %d", latency:percentile(99)))
   print(string.format("errors %d", e.connect + e.read + e.write + e.status + e.timeout))
end
