#!/bin/sh
# What is in a picture, by curl: detect.sh photo.jpg
set -eu
picture=$1
url=${LOOKOUT_URL:-http://127.0.0.1:8080}

lookout() { # lookout PATH [option of curl …]
  path=$1
  shift
  curl --silent --show-error --fail-with-body ${LOOKOUT_KEY:+--header "Authorization: Bearer $LOOKOUT_KEY"} "$@" "$url$path"
  echo
}

echo '— One picture'
lookout '/api/detect?confidence_threshold=0.4' --data-binary "@$picture" --header 'Content-Type: image/jpeg'

echo '— A session: its answers are events'
session=$(lookout /stream/sessions --json '{"fps_limit": 10}')
id=$(echo "$session" | sed 's/.*"client_id":"\([^"]*\)".*/\1/')
events=$(mktemp)
lookout "/stream/events/$id" --no-buffer > "$events" &
reader=$!
trap 'kill "$reader" 2> /dev/null || true; rm -f "$events"' EXIT
lookout "/stream/process/$id?frame_id=first" --data-binary "@$picture" --header 'Content-Type: image/jpeg'

until grep --quiet '"frame_id":"first"' "$events"; do sleep 0.1; done
grep '^data: ' "$events"

lookout "/stream/sessions/$id" --request DELETE
