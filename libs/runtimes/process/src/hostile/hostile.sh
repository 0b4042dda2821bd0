# A hostile function: sh hostile.sh BEHAVIOUR. It ignores SIGTERM, SIGHUP and SIGINT, and so do its children.
trap '' TERM HUP INT
bytes=1073741824
case "$1" in
  forks)
    sleep 10001 &
    setsid sleep 10002 &
    setsid sh -c 'trap "" TERM; sleep 10003 & sleep 10004' &
    echo forked >&2
    echo answered
    ;;
  forks-and-stays)
    setsid sleep 10001 &
    sleep 10002 &
    echo forked >&2
    wait
    ;;
  floods-output) exec head -c $bytes /dev/zero ;;
  floods-log)
    yes "not so fast" | head -c $bytes >&2
    echo answered
    ;;
  never-reads) sleep 10001 ;;
  exits-at-once) exit 0 ;;
  fails-at-once) exit 42 ;;
  fails-with-output)
    echo no
    exit 42
    ;;
  answers-first)
    echo early
    cat > /dev/null
    ;;
  closes-output)
    echo output
    exec >&-
    sleep 10001
    ;;
  breaks-off)
    echo half
    kill -9 $$
    ;;
esac
