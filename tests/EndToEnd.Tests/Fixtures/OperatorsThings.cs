namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>What somebody had on a host before the panel came, and must have afterwards, also after a reboot.</summary>
internal static class OperatorsThings
{
    /// <summary>A shell text that puts them there.</summary>
    public const string Text = """
        cat > /usr/local/sbin/own-rules <<'SH'
        #!/bin/sh
        nft add table inet own
        nft add chain inet own input '{ type filter hook input priority 5; }'
        nft add rule inet own input tcp dport 4242 drop
        iptables -A INPUT -p tcp --dport 4243 -m comment --comment "operator's own" -j DROP
        SH
        chmod 750 /usr/local/sbin/own-rules
        printf '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/local/sbin/own-rules\n[Install]\nWantedBy=multi-user.target\n' > /etc/systemd/system/own-rules.service
        printf '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n' > /etc/systemd/system/own.service
        systemctl daemon-reload
        systemctl enable -q --now own-rules.service
        printf '10.9.8.7 printer printer.example\n' >> /etc/hosts
        mkdir -p /opt/cni/bin /etc/cni/net.d /root/.kube
        echo 'not a network' > /etc/cni/net.d/notes.txt
        printf '#!/bin/sh\n' > /opt/cni/bin/own; chmod 755 /opt/cni/bin/own
        printf 'own: kubeconfig\n' > /root/.kube/config
        printf '#!/bin/sh\necho own kubectl\n' > /usr/bin/kubectl; chmod 750 /usr/bin/kubectl
        """;
}
