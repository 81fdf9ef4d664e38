-- Sixteen requests at a time on each connection.
init = function()
  local one = wrk.format("GET", "/")
  batch = string.rep(one, 16)
end
request = function() return batch end
