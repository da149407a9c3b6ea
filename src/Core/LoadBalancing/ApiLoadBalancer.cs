using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.LoadBalancing;

/// <summary>The texts of the unit that serves the VIP in a worker's kernel. Needs: POSIX sh, curl, ip, and nft or ipvsadm.</summary>
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

    /// <summary>The unit: before kubelet, independent of it, of containers and of the API.</summary>
    public const string UnitText = $"""
        [Unit]
        Description=ClusterPanel: balances the Kubernetes API server over all masters in the kernel
        After=network.target
        Before=kubelet.service

        [Service]
        ExecStart={ScriptPath}
        ExecStopPost={ScriptPath} clean
        Restart=always
        RestartSec=1
        RuntimeDirectory=clusterpanel-apilb

        [Install]
        WantedBy=multi-user.target

        """;

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
    /// the cluster's CA and the master's address, and keeps the kernel's list equal to the masters that are ready. A list that
    /// would become empty is kept as it was. Rules somebody flushed are made again. Only changes are logged.
    /// </summary>
    public const string Script = """
        #!/bin/sh
        # Balances the API server's VIP over all masters in this machine's kernel. Part of ClusterPanel; do not edit.
        # Usage: apilb [clean]
        export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        conf=/etc/clusterpanel/apilb.conf
        ca=/etc/clusterpanel/ca.crt
        run=/run/clusterpanel-apilb
        mkdir -p "$run"
        . "$conf"

        # 200 is ready. 401 and 403 come from a server that lives and forbids anonymous requests.
        probe() {
          code=$(curl -s -o /dev/null -w '%{http_code}' --noproxy '*' --cacert "$ca" --connect-timeout 1 --max-time 1.5 "https://$1:$PORT/readyz")
          echo "$code" > "$run/probe-$1"
        }

        # The interface that holds our address; the VIP has no interface of its own, only a route that fixes the source address.
        device() { ip -o -4 addr show | awk -v a="$SOURCE" '{ split($4, p, "/"); if (p[1] == a) { print $2; exit } }'; }
        route_there() { ip route show "$VIP" 2>/dev/null | grep -qE "src $SOURCE( |\$)"; }
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

        nftables_there() { nft list chain ip clusterpanel_apilb output >/dev/null 2>&1; }
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
        # An open connection stays with its server whatever the rules say; one that failed would hold kubelet for a quarter of an hour.
        nftables_cut() { command -v conntrack >/dev/null 2>&1 && conntrack -D -p tcp --orig-dst "$VIP" --reply-src "$1" >/dev/null 2>&1; }
        nftables_clean() { nft delete table ip clusterpanel_apilb 2>/dev/null; }

        ipvs_there() { ipvsadm -Ln -t "$VIP:$PORT" >/dev/null 2>&1; }
        ipvs_set() {
          ipvs_there || ipvsadm -A -t "$VIP:$PORT" -s rr || return 1
          echo 1 > /proc/sys/net/ipv4/vs/expire_nodest_conn
          have=$(ipvsadm -Ln -t "$VIP:$PORT" | awk '/->/ && $2 ~ /:/ && $2 !~ /Remote/ { sub(/:[0-9]*$/, "", $2); printf "%s ", $2 }')
          for m in $1; do case " $have" in *" $m "*) ;; *) ipvsadm -a -t "$VIP:$PORT" -r "$m:$PORT" -m ;; esac; done
          for h in $have; do case " $1 " in *" $h "*) ;; *) ipvsadm -d -t "$VIP:$PORT" -r "$h:$PORT" ;; esac; done
        }
        ipvs_cut() { :; } # expire_nodest_conn does it
        ipvs_clean() { ipvsadm -D -t "$VIP:$PORT" 2>/dev/null; }

        if [ "${1:-}" = clean ]; then
          "${MODE}_clean"
          ip route del "$VIP/32" 2>/dev/null
          exit 0
        fi

        active='' mode='' warned='' kept='' homeless=''
        trap 'exit 0' TERM INT
        while :; do
          . "$conf"
          if [ "$mode" != "$MODE" ] && [ -n "$mode" ]; then "${mode}_clean"; active=; fi
          mode=$MODE
          for m in $MASTERS; do probe "$m" & done
          # At the first round nothing is known: all masters serve until they have been asked.
          if [ -z "$active" ]; then ready=$MASTERS; else
            wait
            ready=
            for m in $MASTERS; do
              read -r code < "$run/probe-$m" || code=000
              case $code in
                200) ready="$ready${ready:+ }$m" ;;
                401 | 403)
                  ready="$ready${ready:+ }$m"
                  case " $warned " in *" $m "*) ;; *) echo "$m answers $code to an anonymous /readyz: alive, but not known to be ready"; warned="$warned $m" ;; esac ;;
              esac
            done
            if [ -z "$ready" ]; then
              [ -n "$kept" ] || echo "no master is ready; keeping the list: $active"
              kept=yes ready=$active
            else
              kept=
            fi
          fi
          if ! "${MODE}_there" || ! route_there; then
            [ -z "$active" ] || echo "the rules for $VIP were gone; setting them again"
            active=
          fi
          if [ "$ready" != "$active" ]; then
            if set_route && "${MODE}_set" "$ready"; then
              echo "$VIP:$PORT is served by: $ready ($MODE)"
              for m in $active; do case " $ready " in *" $m "*) ;; *) "${MODE}_cut" "$m" ;; esac; done
              active=$ready
            fi
          fi
          { echo "mode $MODE"; for m in $MASTERS; do case " $active " in *" $m "*) s=in ;; *) s=out ;; esac; echo "master $m $s $(cat "$run/probe-$m" 2>/dev/null)"; done; } > "$run/state.new"
          mv -f "$run/state.new" "$run/state"
          wait
          sleep 1 &
          wait $!
        done

        """;
}
