using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClusterPanel.Infrastructure.Persistence.Configurations;

internal sealed class ClusterHostRowConfiguration : IEntityTypeConfiguration<ClusterHostRow>
{
    public void Configure(EntityTypeBuilder<ClusterHostRow> builder)
    {
        builder.HasKey(r => r.HostId);
        builder.HasOne<Host>().WithOne().HasForeignKey<ClusterHostRow>(r => r.HostId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Cluster>().WithMany().HasForeignKey(r => r.ClusterId).OnDelete(DeleteBehavior.Cascade);
    }
}
