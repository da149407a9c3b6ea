using System.Security.Cryptography;
using System.Text;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.LoadBalancing;

/// <summary>The texts of the unit that serves the VIP in a worker's kernel. Needs: POSIX sh, curl, awk, ip, ss, and nft with conntrack, or ipvsadm.</summary>
public static class ApiLoadBalancer
{
    /// <summary>Name of the unit.</summary>
    public const string Unit = "clusterpanel-apilb.service";

    /// <summary>Where the script lies.</summary>
    public const string ScriptPath = "/usr/local/lib/clusterpanel/apilb";

    /// <summary>Where its configuration lies; read anew before every round of probes.</summary>
    public const string ConfigurationPath = "/etc/clusterpanel/apilb.conf";

    /// <summary>Where the cluster's CA certificate lies for it; not in <c>/etc/kubernetes/pki</c>, where kubeadm join refuses to find one.</summary>
    public const string CaPath = "/etc/clusterpanel/ca.crt";

    /// <summary>Succeeds unless kubeadm has written another CA certificate on this node since: a master that shows the cluster's would never be ready.</summary>
    internal const string CaIsTheClusters = $"{{ [ ! -e /etc/kubernetes/pki/ca.crt ] || cmp -s {CaPath} /etc/kubernetes/pki/ca.crt; }}";

    /// <summary>The unit: before kubelet, independent of it, of containers and of the API.</summary>
    public const string UnitText = $"""
        [Unit]
        Description=ClusterPanel: balances the Kubernetes API server over all masters in the kernel
        After=network.target
        Before=kubelet.service

        [Service]
        # kubelet is started when this is done, not before.
        ExecStartPre=-{ScriptPath} begin
        ExecStart={ScriptPath}
        Restart=always
        RestartSec=1
        # What is in the kernel stays there without the unit, and so does what is known of it.
        RuntimeDirectory=clusterpanel-apilb
        RuntimeDirectoryPreserve=yes

        [Install]
        WantedBy=multi-user.target

        """;

    /// <summary>SHA-256 of the unit's file as it lies on a worker, in hexadecimal.</summary>
    public static string UnitHash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(UnitText.TrimEnd('\n') + "\n")));

    /// <summary>SHA-256 of the script as it lies on a worker, in hexadecimal: another one is of another version of the panel.</summary>
    public static string ScriptHash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Script.TrimEnd('\n') + "\n")));

    /// <summary>The configuration of a worker.</summary>
    public static string Configuration(ClusterSpec spec, ClusterMember worker) => $"""
        MODE={(worker.LoadBalancer == LoadBalancerKind.Ipvs ? "ipvs" : "nftables")}
        VIP={spec.VirtualIp}
        PORT={spec.ApiServerPort}
        SOURCE={worker.Address}
        MASTERS="{string.Join(' ', spec.ControlPlane.Select(m => m.Address))}"

        """;

    /// <summary>
    /// The script: probes /readyz of all masters at once about every second, judges the status code with TLS verified against
    /// the cluster's CA and the master's address, and keeps the kernel's list equal to the masters that are ready. One that
    /// answers that it is not is asked twice: before Kubernetes 1.23 healthy ones do so for some milliseconds whenever etcd changes
    /// its leader (kubernetes/kubernetes#105069). A list that would become empty is kept as it was.
    /// Connections to a master that failed are ended at once; a master that was taken off the list keeps those it has for a minute.
    /// Rules somebody flushed are made again. Only changes are logged.
    /// </summary>
    public const string Script = """
        #!/bin/sh
        # Balances the API server's VIP over all masters in this machine's kernel. Part of ClusterPanel; do not edit.
        # Usage: apilb          works until it is ended; what is in the kernel stays then
        #        apilb begin    sets the rules and ends, so that the VIP is there before anybody needs it
        #        apilb status   what is served by whom, with the connections of this moment
        #        apilb clean    takes everything out of the kernel
        export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        conf=/etc/clusterpanel/apilb.conf
        ca=/etc/clusterpanel/ca.crt
        run=/run/clusterpanel-apilb
        # Seconds that the connections of a master have to end which was taken off the list.
        patience=60
        mkdir -p "$run"
        . "$conf"

        among() { case " $2 " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

        # Asks masters whether they are ready; TLS is verified for the address of each. Runs in the background only.
        probe() { exec curl -s -w '%{http_code} %{url_effective}\n' --noproxy '*' --cacert "$ca" --connect-timeout 1 --max-time "$most" "$@"; }
        ask_each() {
          asked=
          for m in $1; do
            probe -o /dev/null "https://$m:$PORT/readyz" > "$run/probe-$m" &
            asked="$asked $!"
          done
          # shellcheck disable=SC2086 # one word for each
          wait $asked
        }
        ask_together() {
          urls=
          for m in $1; do
            : > "$run/probe-$m"
            urls="$urls -o /dev/null https://$m:$PORT/readyz"
          done
          # shellcheck disable=SC2086
          probe --parallel --parallel-immediate $urls > "$run/probes" &
          wait $!
          while read -r code url; do
            m=${url#https://}
            echo "$code" > "$run/probe-${m%%:*}"
          done < "$run/probes"
        }
        # Sets $code and succeeds for a server that lives: 401 and 403 come from one that forbids anonymous requests.
        lives() {
          read -r code url < "$run/probe-$1" || code=000
          case $code in 200 | 401 | 403) return 0 ;; *) return 1 ;; esac
        }

        # The interface that holds our address; the VIP has no interface of its own, only a route that fixes the source address.
        device() { ip -o -4 addr show | awk -v a="$SOURCE" '{ split($4, p, "/"); if (p[1] == a) { print $2; exit } }'; }
        set_route() {
          d=$(device)
          if [ -z "$d" ]; then
            [ -n "$homeless" ] || echo "no interface has the address $SOURCE"
            homeless=yes
            return 1
          fi
          homeless=
          ip route replace "$VIP/32" dev "$d" src "$SOURCE"
        }

        nftables_rules() { nft list chain ip clusterpanel_apilb output 2>/dev/null; }
        nftables_set() {
          n=0 map=
          for m in $1; do map="$map${map:+, }$n : $m"; n=$((n + 1)); done
          nft -f - <<NFT
        table ip clusterpanel_apilb
        delete table ip clusterpanel_apilb
        table ip clusterpanel_apilb {
          chain output {
            type nat hook output priority -100; policy accept;
            ip daddr $VIP tcp dport $PORT dnat to numgen inc mod $n map { $map }
          }
        }
        NFT
        }
        # Local ports of the connections to a master.
        nftables_ports() { conntrack -L -p tcp --orig-dst "$VIP" --reply-src "$1" 2>/dev/null | awk '!/ (TIME_WAIT|CLOSE) / { for (i = 1; i <= NF; i++) if ($i ~ /^sport=/) { print substr($i, 7); next } }'; }
        nftables_forget() { conntrack -D -p tcp --orig-dst "$VIP" --reply-src "$1" >/dev/null 2>&1; }
        nftables_clean() { nft delete table ip clusterpanel_apilb 2>/dev/null; }

        # The service and its servers with their weights, without the counters.
        ipvs_rules() { ipvsadm -Ln -t "$VIP:$PORT" 2>/dev/null | awk '/^TCP/ || $2 ~ /^[0-9]/ { print $1, $2, $3, $4 }'; }
        ipvs_set() {
          ipvsadm -Ln -t "$VIP:$PORT" >/dev/null 2>&1 || ipvsadm -A -t "$VIP:$PORT" -s rr || return 1
          # A server's connections go with it. What a client still sends on one gets to another master, which resets it: kernels that
          # cannot end a socket from outside (ss -K, CONFIG_INET_DIAG_DESTROY) have nothing else. Since Linux 3.11.
          for v in expire_nodest_conn sloppy_tcp; do
            [ ! -e "/proc/sys/net/ipv4/vs/$v" ] || echo 1 > "/proc/sys/net/ipv4/vs/$v"
          done
          have=$(ipvs_rules | awk '$1 == "->" { sub(/:[0-9]*$/, "", $2); printf "%s=%s ", $2, $4 }')
          for m in $1; do
            case " $have" in
              *" $m=1 "*) ;;
              *" $m="*) ipvsadm -e -t "$VIP:$PORT" -r "$m:$PORT" -m -w 1 || return 1 ;;
              *) ipvsadm -a -t "$VIP:$PORT" -r "$m:$PORT" -m -w 1 || return 1 ;;
            esac
          done
          for h in $have; do
            if among "${h%=*}" "$1"; then continue; fi
            if ! among "${h%=*}" "$2"; then
              ipvsadm -d -t "$VIP:$PORT" -r "${h%=*}:$PORT" || return 1
            elif [ "${h#*=}" != 0 ]; then
              ipvsadm -e -t "$VIP:$PORT" -r "${h%=*}:$PORT" -m -w 0 || return 1
            fi
          done
        }
        ipvs_ports() { ipvsadm -Lcn 2>/dev/null | awk -v v="$VIP:$PORT" -v d="$1:$PORT" '$5 == v && $6 == d && $3 !~ /^(TIME_WAIT|CLOSE)$/ { sub(/.*:/, "", $4); print $4 }'; }
        ipvs_forget() { :; } # expire_nodest_conn does it
        ipvs_clean() { ipvsadm -D -t "$VIP:$PORT" 2>/dev/null; }

        # What is in the kernel, as one text.
        kernel() { "${MODE}_rules"; ip route show "$VIP" 2>/dev/null; }

        # Ends what is open to a master. The rules are for new connections only: one that is open stays with its server, and a server that
        # stands still would hold kubelet for a quarter of an hour.
        cut_off() {
          for p in $("${MODE}_ports" "$1"); do ss -K -t dst "$VIP" dport = ":$PORT" sport = ":$p" >/dev/null 2>&1; done
          "${MODE}_forget" "$1"
        }

        # READY LEAVING: brings the kernel there. Masters that leave keep the connections they have.
        set_rules() {
          expected=
          set_route || return 1
          if ! said=$("${MODE}_set" "$1" "$2" 2>&1); then
            [ "$said" = "$failed" ] || echo "the rules for $VIP cannot be set: $said"
            failed=$said
            return 1
          fi
          failed=
          expected=$(kernel)
        }

        # Writes down who is in, who is out, what it answered, and since when; for whoever asks, and for the next start.
        tell() {
          text="mode $MODE"
          for m in $MASTERS $leaving; do
            if among "$m" "$active"; then s=in; elif among "$m" "$leaving"; then s=leaving; else s=out; fi
            was='' since=''
            [ ! -s "$run/since-$m" ] || read -r was since < "$run/since-$m"
            if [ "$was" != "$s" ]; then
              since=$(date +%s)
              echo "$s $since" > "$run/since-$m"
            fi
            code=000
            [ ! -s "$run/probe-$m" ] || lives "$m" || :
            text="$text
        master $m $s $code $since"
          done
          if [ "$text" != "$told" ]; then
            echo "$text" > "$run/state.new"
            mv -f "$run/state.new" "$run/state"
            told=$text
          fi
        }

        # Masters that are no longer on the list may end what they have begun.
        leave() {
          leaving="$leaving${leaving:+ }$1"
          [ -s "$run/until-$1" ] || echo $(($(date +%s) + patience)) > "$run/until-$1"
        }

        # Before anybody was asked: the masters that were ready last, or else all of them.
        begin() {
          mode=$MODE leaving='' before='' known=''
          last=$(awk '$1 == "master" && $3 != "out" { print $2 "=" $3 }' "$run/state" 2>/dev/null)
          for m in $last; do
            [ "${m#*=}" != in ] || known="$known${known:+ }${m%=*}"
            if ! among "${m%=*}" "$MASTERS"; then
              leave "${m%=*}"
            elif [ "${m#*=}" = in ]; then
              before="$before${before:+ }${m%=*}"
            fi
          done
          active=${before:-$MASTERS}
          set_rules "$active" "$leaving" || { active=; return 1; }
          tell
          [ "$active" = "$known" ] || echo "$VIP:$PORT is served by: $active ($MODE)"
        }

        round() {
          for m in $active; do
            if ! among "$m" "$MASTERS" && ! among "$m" "$leaving"; then leave "$m"; fi
          done

          "ask_$manner" "$MASTERS $leaving"
          # While etcd changes its leader, healthy masters answer 500 for some milliseconds: no reason to end what is open to them.
          doubtful=
          for m in $active; do
            lives "$m" || [ "$code" = 000 ] || doubtful="$doubtful $m"
          done
          if [ -n "$doubtful" ]; then
            sleep 0.2 2>/dev/null || sleep 1
            "ask_$manner" "$doubtful"
          fi

          ready=
          for m in $MASTERS; do
            if lives "$m"; then
              ready="$ready${ready:+ }$m"
              if [ "$code" != 200 ] && ! among "$m" "$warned"; then
                echo "$m answers $code to an anonymous /readyz: alive, but not known to be ready"
                warned="$warned $m"
              fi
            fi
          done
          if [ -z "$ready" ]; then
            [ -n "$kept" ] || echo "no master is ready; keeping the list: $active"
            kept=yes ready=$active
          else
            kept=
          fi

          gone=
          for m in $active; do
            if ! among "$m" "$ready" && among "$m" "$MASTERS"; then gone="$gone $m"; fi
          done
          stay=
          for m in $leaving; do
            if among "$m" "$ready"; then
              rm -f "$run/until-$m"
              continue
            fi
            if lives "$m" && [ -n "$("${MODE}_ports" "$m")" ] && [ "$(date +%s)" -lt "$(cat "$run/until-$m")" ]; then
              stay="$stay${stay:+ }$m"
            else
              gone="$gone $m"
              rm -f "$run/until-$m"
            fi
          done

          if [ -n "$expected" ] && [ "$(kernel)" != "$expected" ]; then
            echo "the rules for $VIP were gone; setting them again"
            expected='' active=
          fi
          if [ "$ready" != "$active" ] || [ "$stay" != "$leaving" ] || [ -z "$expected" ] || [ -n "$gone" ]; then
            # First no new ones, then an end to the old ones, then out.
            if set_rules "$ready" "$stay $gone"; then
              for m in $gone; do cut_off "$m"; done
              [ -z "$gone" ] || set_rules "$ready" "$stay"
              [ "$ready" = "$active" ] || echo "$VIP:$PORT is served by: $ready ($MODE)"
              active=$ready leaving=$stay
            fi
          fi
          tell
        }

        active='' leaving='' expected='' mode='' warned='' kept='' homeless='' told='' failed=''
        case ${1:-} in
          begin) begin; exit ;;
          status)
            echo "now $(date +%s)"
            [ -e "$run/state" ] && while read -r line; do
              case $line in
                master*)
                  m=${line#* }
                  echo "$line $("${MODE}_ports" "${m%% *}" | wc -l)" ;;
                *) echo "$line" ;;
              esac
            done < "$run/state"
            exit ;;
          clean)
            "${MODE}_clean"
            ip route del "$VIP/32" 2>/dev/null
            exit 0 ;;
        esac

        trap 'exit 0' TERM INT
        begin

        # Before 7.32 curl takes whole seconds only; from 7.68 on one curl asks all masters at once, and to start it is most of the work.
        most=2
        if curl --max-time 1.4 --version >/dev/null 2>&1; then most=1.4; fi
        manner=each
        if curl --parallel --parallel-immediate --version >/dev/null 2>&1; then manner=together; fi

        while :; do
          sleep 1 &
          second=$!
          . "$conf"
          if [ "$mode" != "$MODE" ]; then
            "${mode}_clean"
            begin
          fi
          round
          wait "$second"
        done

        """;
}
