# Prints the words that are used most, with their counts: three words, or as many as the query's `most`.
{
  gsub(/[^A-Za-z]+/, " ")
  for (i = 1; i <= NF; i++) used[tolower($i)]++
}
END {
  most = 3
  if (match(ENVIRON["Http_Query"], /most=[0-9]+/)) most = substr(ENVIRON["Http_Query"], RSTART + 5, RLENGTH - 5) + 0
  for (; most > 0; most--) {
    best = ""
    for (word in used)
      if (best == "" || used[word] > used[best] || (used[word] == used[best] && word < best)) best = word
    if (best == "") break
    print used[best], best
    delete used[best]
  }
}
