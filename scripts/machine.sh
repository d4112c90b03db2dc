# What `run` and `test` share: what this machine lacks, and how it gets it.
# Sourced by bash from the project's own folder. It must never change anything outside this folder but
# the Debian packages that it names before it installs them.
# shellcheck shell=bash disable=SC2034

VENV=.venv
VAR=${VAR_FOLDER:-var}
# WeasyPrint needs these three; without libharfbuzz-subset0 a page takes ten times as long.
# fonts-noto-cjk has the rare characters of names that the project's own fonts lack.
RUN_PACKAGES=(ca-certificates libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk)

# Python writes and reads UTF-8 here even where the machine names no language.
if [ -z "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ]; then export LANG=C.UTF-8; fi

case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in zh*) LANGUAGE_HERE=zh ;; *) LANGUAGE_HERE=en ;; esac

# say CHINESE ENGLISH: one of the two, in the language of the terminal.
say() {
    if [ "$LANGUAGE_HERE" = zh ]; then printf '%s\n' "$1"; else printf '%s\n' "$2"; fi
}

# stop_with CHINESE ENGLISH: say it and end.
stop_with() {
    say "$1" "$2" >&2
    exit 1
}

is_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# install_packages NAME…: those of the Debian packages that are missing.
install_packages() {
    local missing=() as_root=() name printed
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "这台机器没有 apt-get，无法检查系统软件包。请自行确认已装有：$*" \
            "This machine has no apt-get, so its system packages can't be checked. It needs: $*" >&2
        return
    fi
    for name in "$@"; do is_installed "$name" || missing+=("$name"); done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || stop_with \
            "缺少系统软件包，而当前用户无权安装。请管理员执行：apt-get install ${missing[*]}" \
            "System packages are missing and you may not install them. Ask an administrator for: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    say "正在安装系统软件包：${missing[*]}" "Installing system packages: ${missing[*]}"
    if ! printed=$({
        "${as_root[@]}" apt-get update -qq &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
    } 2>&1); then
        printf '%s\n' "$printed" >&2
        stop_with "系统软件包没有装好，原因见上方。请检查网络和 apt 软件源后重试。" \
            "The system packages were not installed; the reason is above. Check the network and apt's sources, and try again."
    fi
}

# Prints the first Python of at least 3.11; fails when there is none.
system_python() {
    local name
    for name in python3.11 python3 python3.12 python3.13; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

# prepare_machine PACKAGE…: the Debian packages, and in $PYTHON a Python that can make environments.
prepare_machine() {
    local makes_environments='import ensurepip, venv'
    if PYTHON=$(system_python) && "$PYTHON" -c "$makes_environments" 2>/dev/null; then
        install_packages "$@"
        return
    fi
    install_packages "$@" python3 python3-venv
    PYTHON=$(system_python) || stop_with \
        "需要 Python 3.11 或更新版本，本机没有找到。" "Python 3.11 or newer is needed and was not found."
    "$PYTHON" -c "$makes_environments" 2>/dev/null || stop_with \
        "$PYTHON 不能建立虚拟环境，请为它安装 venv 模块。" \
        "$PYTHON can't make virtual environments; install its venv module."
}

# install_requirements LOCK…: installs the last lock (which contains the others) into the environment when it
# or the Python behind it changed. Stamps say what is there, so that a second start takes no time.
install_requirements() {
    local wanted=${!#} lock stamp
    if ! "$VENV/bin/python" -c '' 2>/dev/null; then
        rm -rf "$VENV"
        say "正在建立 Python 环境（$VENV）" "Making the Python environment ($VENV)"
        "$PYTHON" -m venv "$VENV"
    fi
    stamp=$(sha256sum <"$wanted")
    [ "$(cat "$VENV/$wanted.installed" 2>/dev/null)" != "$stamp" ] || return 0
    say "正在安装 Python 软件包（按 $wanted 核对校验值）" "Installing Python packages (checked against the hashes in $wanted)"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes \
        -r "$wanted" || stop_with \
        "Python 软件包没有装好，原因见上方。请检查网络后重试。" \
        "The Python packages were not installed; the reason is above. Check the network and try again."
    for lock in "$@"; do sha256sum <"$lock" >"$VENV/$lock.installed"; done
}

# Compiled catalogues are not kept with the source: make them anew wherever a translation is newer.
compile_translations() {
    local catalogue
    for catalogue in workflow_app/translations/*/LC_MESSAGES/*.po; do
        if [ -e "$catalogue" ] && [ ! "${catalogue%.po}.mo" -nt "$catalogue" ]; then
            "$VENV/bin/pybabel" -q compile -i "$catalogue" -o "${catalogue%.po}.mo"
        fi
    done
}
